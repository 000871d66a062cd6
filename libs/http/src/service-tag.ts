/** The chapter of the OpenAPI document for what serves operators and clients of every module. */
export const SERVICE_TAG = 'Service';
