import { writeFileSync } from 'node:fs';
import { previewContract, toContractFile } from './preview.js';

// Writes openapi.json into the current folder: `npm run openapi`.
void previewContract().then((document) => writeFileSync('openapi.json', toContractFile(document)));
