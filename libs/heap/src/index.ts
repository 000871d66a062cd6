export { keepOldGenerationNearItsContent } from './old-generation.js';
export { keepYoungGenerationSmall, letYoungGenerationGrow } from './young-generation.js';
