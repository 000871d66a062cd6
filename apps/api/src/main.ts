import { keepYoungGenerationSmall } from '#libs/heap';

// All of the program is behind this import, so that nothing of it is loaded before.
keepYoungGenerationSmall();
void import('./serve.js');
