import { configurationSection, DAY_SECONDS, MINUTE_MS, wholeNumber, yesOrNo } from '#libs/config';

/** What an operator sets about documents. */
export abstract class DocumentsConfiguration {
  abstract readonly maxUploadBytes: number;
  abstract readonly uploadIdleTimeoutMs: number;
  /** 0 means no limit; so does 0 for `maxBytesPerUser`. */
  abstract readonly maxFilesPerUser: number;
  abstract readonly maxBytesPerUser: number;
  /** Width times height of an image. */
  abstract readonly maxImagePixels: number;
  abstract readonly claimLeaseSeconds: number;
  /** Whether a decision requires that the bytes were delivered to the reviewer. */
  abstract readonly requireContentRead: boolean;
}

export const DOCUMENTS_SECTION = configurationSection(
  DocumentsConfiguration,
  {
    MAX_UPLOAD_BYTES: wholeNumber(1, 1024 ** 4, 1024 ** 3),
    UPLOAD_IDLE_TIMEOUT_MS: wholeNumber(100, 10 * MINUTE_MS, 15_000),
    MAX_FILES_PER_USER: wholeNumber(0, Number.MAX_SAFE_INTEGER, 0),
    MAX_BYTES_PER_USER: wholeNumber(0, Number.MAX_SAFE_INTEGER, 0),
    // Lets photos of 200 megapixels and A3 scans at 600 dpi pass.
    MAX_IMAGE_PIXELS: wholeNumber(1, 2 ** 32, 2 ** 28),
    CLAIM_LEASE_SECONDS: wholeNumber(1, 7 * DAY_SECONDS, 900),
    REQUIRE_CONTENT_READ: yesOrNo(true),
  },
  (v) => ({
    maxUploadBytes: v.MAX_UPLOAD_BYTES,
    uploadIdleTimeoutMs: v.UPLOAD_IDLE_TIMEOUT_MS,
    maxFilesPerUser: v.MAX_FILES_PER_USER,
    maxBytesPerUser: v.MAX_BYTES_PER_USER,
    maxImagePixels: v.MAX_IMAGE_PIXELS,
    claimLeaseSeconds: v.CLAIM_LEASE_SECONDS,
    requireContentRead: v.REQUIRE_CONTENT_READ,
  }),
);
