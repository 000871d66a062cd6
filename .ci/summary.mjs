// Prints one line that counts the tests of a run from jest's JSON results, and fails when one failed or none ran. A suite
// that could not even start counts as a failed test.
import { readFileSync } from 'node:fs';

const text = readFileSync(process.argv[2], 'utf8');
const {
  numPassedTests = 0,
  numFailedTests = 0,
  numRuntimeErrorTestSuites = 0,
} = text === '' ? {} : JSON.parse(text);
const failed = numFailedTests + numRuntimeErrorTestSuites;
console.log(`tests: ${numPassedTests} passed, ${failed} failed`);
process.exitCode = numPassedTests > 0 && failed === 0 ? 0 : 1;
