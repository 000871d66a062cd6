export { ExpectationFailedError } from './expectation-failed.error.js';
export { NotReadyError } from './not-ready.error.js';
export { PROBLEMS } from './problems.declaration.js';
export { problemBody, problemHeaders } from './problem-body.js';
export { SECURITY_HEADERS, securityHeadersFor, STRICT_TRANSPORT_SECURITY } from './security-headers.js';
export { toAppError } from './to-app-error.js';
export { rawProblem, rawProblemMessage } from './raw-problem.js';
