export { rawProblemMessage, rawProblem } from './raw-problem.js';
export { NotReadyError } from './not-ready.error.js';
export { problemBody, problemHeaders } from './problem-body.js';
export { SECURITY_HEADERS, securityHeadersFor, STRICT_TRANSPORT_SECURITY } from './security-headers.js';
export { toAppError } from './to-app-error.js';
