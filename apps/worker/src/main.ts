import { keepYoungGenerationSmall } from '#libs/heap';

// The program is loaded only after this limit is set.
keepYoungGenerationSmall();
void import('./work.js');
