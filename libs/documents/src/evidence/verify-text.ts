/** What the instructions name. */
export interface VerifiedThings {
  readonly documentId: string;
  readonly decisionId: string;
  /** The name of the document's file; null in a bundle without it. */
  readonly fileName: string | null;
}

/**
 * VERIFY.md: how to check a bundle with a shell, coreutils and OpenSSL, when the server is no more. The lines are pasted
 * and run by a test as they stand, in sh, bash and zsh alike: no comments between them, nothing split by a shell.
 */
export function verifyText({ documentId, decisionId, fileName }: VerifiedThings): string {
  return `# Evidence about the document ${documentId}

This folder shows that the decision ${decisionId}, and everything else in it, is in the audit log of a Veritrail server. It
can be checked without that server, with \`sha256sum\`, \`openssl\` (3.0 or newer) and coreutils. Open a shell in this folder
and paste the lines, from top to bottom.

What you have to bring is one line: the **verifier key** of the log, from somebody whom you trust and not from this folder.
\`data/log.vkey\` holds what the server says it is; compare, or set VKEY to the line that you were given.

\`\`\`sh
VKEY=$(head -n 1 data/log.vkey)
echo "$VKEY"
\`\`\`

## 1. The files are as they were packed

\`\`\`sh
sha256sum --strict --quiet --check tagmanifest-sha256.txt manifest-sha256.txt && echo 'files: as packed'
\`\`\`

## 2. The log has signed its state

\`data/checkpoint\` names the log, how many leaves it had and their root (C2SP tlog-checkpoint), signed with Ed25519. OpenSSL
answers \`Signature Verified Successfully\`; no answer means that the key has not signed.

\`\`\`sh
WORK=$(mktemp -d)
REST=\${VKEY#*+}
{ printf '\\060\\052\\060\\005\\006\\003\\053\\145\\160\\003\\041\\000'; printf %s "\${REST#*+}" | base64 -d | tail -c 32; } > "$WORK/key"
head -n 3 data/checkpoint > "$WORK/text"
tail -n +5 data/checkpoint | while read -r DASH SIGNER SIGNATURE; do
  printf %s "$SIGNATURE" | base64 -d > "$WORK/line"
  test "$SIGNER+$(head -c 4 "$WORK/line" | basenc --base16 | tr A-F a-f)" = "\${VKEY%%+*}+\${REST%%+*}" || continue
  tail -c 64 "$WORK/line" > "$WORK/signature"
  openssl pkeyutl -verify -pubin -keyform DER -inkey "$WORK/key" -rawin -in "$WORK/text" -sigfile "$WORK/signature"
done
SIZE=$(head -n 2 data/checkpoint | tail -n 1)
ROOT=$(head -n 3 data/checkpoint | tail -n 1)
\`\`\`

## 3. Every leaf is in that log

\`data/leaves.jsonl\` has one leaf a line: what happened to the document, each in the bytes that were hashed. \`data/proofs.txt\`
has for each line the index of the leaf and the hashes that lead from it to the root (RFC 6962, section 2.1.1).

\`\`\`sh
node() { { printf '\\001'; printf %s "$1" | base64 -d; printf %s "$2" | base64 -d; } | openssl dgst -sha256 -binary | base64; }
climb() {
  fn=$1 sn=$((SIZE - 1)) r=$2
  while read -r p; do
    test -n "$p" || continue
    test "$sn" -gt 0 || return 1
    if test $((fn % 2)) -eq 1 || test "$fn" -eq "$sn"; then
      r=$(node "$p" "$r")
      while test $((fn % 2)) -eq 0 && test "$fn" -gt 0; do fn=$((fn / 2)) sn=$((sn / 2)); done
    else
      r=$(node "$r" "$p")
    fi
    fn=$((fn / 2)) sn=$((sn / 2))
  done
  test "$sn" -eq 0 && echo "$r"
}
while IFS= read -r LEAF <&3; do
  read -r INDEX HASHES <&4
  HASH=$({ printf '\\000'; printf %s "$LEAF"; } | openssl dgst -sha256 -binary | base64)
  echo "$HASHES" | tr ' ' '\\n' | climb "$INDEX" "$HASH" || echo "leaf $INDEX: not in the log"
done 3< data/leaves.jsonl 4< data/proofs.txt > "$WORK/roots"
test "$(sort -u "$WORK/roots")" = "$ROOT" && echo "leaves: $(wc -l < "$WORK/roots") of $SIZE, all in the log"
\`\`\`

## 4. The decision

\`data/decision.json\` is the leaf of the decision: who decided (\`actor\`), what (\`action\`), when (\`occurredAt\`) and about which
bytes (\`target\`). \`data/decision.tlog-proof\` is its receipt, for tools that read C2SP tlog-proof.

\`\`\`sh
while IFS= read -r LEAF; do test "$LEAF" != "$(cat data/decision.json)" || echo 'decision: one of the leaves'; done < data/leaves.jsonl
cat data/decision.json; echo
\`\`\`
${documentPart(fileName)}
## What this does not show

- That nothing is missing here: the server chose the leaves. Whoever may read the whole log can compare.
- That the holder of the key keeps one history only. Compare the checkpoint with one of the same log from somebody else, or
  ask the server for the proof that a later state contains this one.
- Who the people behind the ids are, and from which addresses they came: a leaf holds a salted commitment only.
`;
}

function documentPart(fileName: string | null): string {
  if (fileName === null) {
    return `
## 5. The document

Its bytes are not in this folder, since whoever asked for it may not read them. Whoever has them can compare their SHA-256
with the \`sha256\` of \`target\` above.
`;
  }
  return `
## 5. The document is the one that was decided about

\`\`\`sh
SUM=$(sha256sum < data/${fileName} | cut -c 1-64)
case "$(cat data/decision.json)" in *"\\"sha256\\":\\"$SUM\\""*) echo "document: $SUM, as decided about" ;; esac
rm -r "$WORK"
\`\`\`
`;
}
