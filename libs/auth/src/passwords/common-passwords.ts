let list: Promise<ReadonlySet<string>> | null = null;

/** The 49,233 most common leaked passwords, in lower case. Loaded with the first new password: 1 MB, about 40 ms. */
export function commonPasswords(): Promise<ReadonlySet<string>> {
  list ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) => new Set(dictionary['passwords-common']),
  );
  return list;
}
