/** The ids and the file name in the instructions. */
export interface VerifiedThings {
  readonly documentId: string;
  readonly decisionId: string;
  /** The name of the document's file; null in a bundle without it. */
  readonly fileName: string | null;
}

/**
 * VERIFY.md: how to check a bundle with a shell, coreutils and OpenSSL, without the server. A test
 * runs the commands unchanged in sh, bash and zsh, so they contain no comments and rely on no word splitting.
 */
export function verifyText({ documentId, decisionId, fileName }: VerifiedThings): string {
  return `# Evidence about the document ${documentId}

This folder proves that the decision ${decisionId}, and every other event in it, is in the audit log of a Veritrail
server. You can check the proof without that server. You need \`sha256sum\`, \`openssl\` (3.0 or newer) and coreutils. Open a
shell in this folder and paste the commands below, from top to bottom.

You also need one line that is not from this folder: the **verifier key** of the log, from a party that you trust. The file
\`data/log.vkey\` contains the key that the server claims to use. Compare it with the trusted key, or set VKEY to the trusted
key.

\`\`\`sh
VKEY=$(head -n 1 data/log.vkey)
echo "$VKEY"
\`\`\`

## 1. The files are unchanged since they were packed

\`\`\`sh
sha256sum --strict --quiet --check tagmanifest-sha256.txt manifest-sha256.txt && echo 'files: as packed'
\`\`\`

## 2. The log has signed the checkpoint

\`data/checkpoint\` states the name of the log, the number of its leaves and their root hash (C2SP tlog-checkpoint). It is
signed with Ed25519. OpenSSL prints \`Signature Verified Successfully\`. If OpenSSL prints nothing, the checkpoint has no
signature of this key.

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

\`data/leaves.jsonl\` has one leaf per line. Each leaf describes one event of the document, in exactly the bytes that were
hashed. For each leaf, \`data/proofs.txt\` has a line with the index of the leaf and the hashes that lead from the leaf to the
root (RFC 6962, section 2.1.1).

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

\`data/decision.json\` is the leaf of the decision. It states who decided (\`actor\`), what was decided (\`action\`), when
(\`occurredAt\`) and about which bytes (\`target\`). \`data/decision.tlog-proof\` is its receipt, for tools that read C2SP
tlog-proof.

\`\`\`sh
while IFS= read -r LEAF; do test "$LEAF" != "$(cat data/decision.json)" || echo 'decision: one of the leaves'; done < data/leaves.jsonl
cat data/decision.json; echo
\`\`\`

The leaf of a delivery has the action \`document.content_delivered\`. It states to whom (\`deliveredTo\`) and which bytes
(\`deliveredSha256\`) the server delivered. The command prints a line if the decided bytes were delivered to the reviewer. The
server requires this before a decision, unless its operator has switched the rule off.

\`\`\`sh
DECISION=$(cat data/decision.json)
REVIEWER=\${DECISION#*'"by":"'} BYTES=\${DECISION#*'"versionSha256":"'}
REVIEWER=\${REVIEWER%%'"'*} BYTES=\${BYTES%%'"'*}
while IFS= read -r LEAF; do
  case "$LEAF" in *"\\"deliveredSha256\\":\\"$BYTES\\",\\"deliveredTo\\":\\"$REVIEWER\\""*) echo "delivered: $BYTES to $REVIEWER" ;; esac
done < data/leaves.jsonl
\`\`\`
${documentPart(fileName)}
## What these checks do not prove

- They do not prove that the folder contains every event of the document: the server selected the leaves. A reader with
  access to the whole log can compare.
- They do not prove that the operator shows every reader the same history. Compare the checkpoint with a checkpoint of the
  same log from another reader, or ask the server for a consistency proof from this checkpoint to a later one.
- They do not prove that the reviewer looked at the document. Delivered means that the connection of the server took every
  byte.
- They do not prove which people the ids belong to or which IP addresses they used: a leaf contains only a salted commitment.
`;
}

function documentPart(fileName: string | null): string {
  if (fileName === null) {
    return `
## 5. The document

The bytes of the document are not in this folder, because the user who downloaded it may not read them. If you have the
document from another source, compare its SHA-256 with the \`sha256\` of \`target\` above.
`;
  }
  return `
## 5. The decision is about this document

\`\`\`sh
SUM=$(sha256sum < data/${fileName} | cut -c 1-64)
case "$(cat data/decision.json)" in *"\\"sha256\\":\\"$SUM\\""*) echo "document: $SUM, as decided about" ;; esac
rm -r "$WORK"
\`\`\`
`;
}
