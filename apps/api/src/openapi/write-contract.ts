import { writeFileSync } from 'node:fs';
import { previewContract, toContractFile } from './preview.js';

// `npm run openapi`: writes openapi.json to the current folder.
void previewContract().then((document) => writeFileSync('openapi.json', toContractFile(document)));
