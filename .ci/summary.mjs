// Prints the number of tests from jest's JSON results, and fails if a test failed or none ran. A suite that could not start
// counts as a failed test.
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
