# Checks the artefacts of Veritrail with OpenSSL and coreutils alone, by the specifications instead of its code:
# RFC 6962 and RFC 9162 (hashes, inclusion), C2SP signed-note, tlog-checkpoint and tlog-proof. POSIX sh.
set -eu
export LC_ALL=C

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

broken() {
  printf 'BROKEN: %s\n' "$*" >&2
  exit 1
}

same() { # file, file
  [ "$(sha256sum <"$1")" = "$(sha256sum <"$2")" ]
}

decode() { # base64
  printf %s "$1" | base64 -d 2>/dev/null
}

# Base64 must be canonical: unused bits at its end must be zero, or they could be changed without being detected.
must_be_base64() { # text, bytes, what
  decode "$1" >"$WORK/decoded" || broken "$3 is not base64"
  [ "$(base64 -w 0 <"$WORK/decoded")" = "$1" ] || broken "$3 is not canonical base64"
  [ "$(wc -c <"$WORK/decoded")" -eq "$2" ] || broken "$3 does not have $2 bytes"
}

must_be_count() { # digits, what
  case $1 in
  '' | *[!0-9]* | 0?*) broken "$2 is not a number" ;;
  esac
  [ ${#1} -le 15 ] || broken "$2 is too large"
}

leaf_hash() { # file: SHA-256(0x00 || leaf), RFC 6962 section 2.1
  { printf '\000' && cat "$1"; } | openssl dgst -sha256 -binary | base64
}

node_hash() { # left, right: SHA-256(0x01 || left || right), RFC 6962 section 2.1
  { printf '\001' && decode "$1" && decode "$2"; } | openssl dgst -sha256 -binary | base64
}

# The root that a path leads to (RFC 9162 section 2.1.3.2); sets ROOT.
climb() { # index, size, leaf hash, path...
  [ "$1" -lt "$2" ] || broken "the log of $2 has no leaf $1"
  fn=$1 sn=$(($2 - 1)) ROOT=$3
  shift 3
  for p; do
    must_be_base64 "$p" 32 'a hash of the path'
    [ "$sn" -gt 0 ] || broken 'the path is too long'
    if [ $((fn % 2)) -eq 1 ] || [ "$fn" -eq "$sn" ]; then
      ROOT=$(node_hash "$p" "$ROOT")
      while [ $((fn % 2)) -eq 0 ] && [ "$fn" -gt 0 ]; do
        fn=$((fn / 2)) sn=$((sn / 2))
      done
    else
      ROOT=$(node_hash "$ROOT" "$p")
    fi
    fn=$((fn / 2)) sn=$((sn / 2))
  done
  [ "$sn" -eq 0 ] || broken 'the path is too short'
}

# Takes a verifier key apart (C2SP signed-note, "Verifier keys"); sets KEY_NAME and KEY_ID and writes the key as DER.
read_vkey() { # vkey
  KEY_NAME=${1%%+*}
  rest=${1#*+}
  KEY_ID=${rest%%+*}
  must_be_base64 "${rest#*+}" 33 'the verifier key'
  [ "$(head -c 1 "$WORK/decoded" | base64)" = 'AQ==' ] || broken 'the verifier key is not Ed25519'
  id=$({ printf '%s\n' "$KEY_NAME" && cat "$WORK/decoded"; } | sha256sum | cut -c 1-8)
  [ "$id" = "$KEY_ID" ] || broken 'the id of the verifier key is not its own'
  # SubjectPublicKeyInfo of Ed25519 (RFC 8410): a fixed head and the 32 bytes.
  { printf '\060\052\060\005\006\003\053\145\160\003\041\000' && tail -c 32 "$WORK/decoded"; } >"$WORK/key.der"
}

# Checks a checkpoint (C2SP signed-note and tlog-checkpoint); sets ORIGIN, SIZE and ROOT_HASH.
check_checkpoint() { # file, vkey
  read_vkey "$2"
  { IFS= read -r ORIGIN && IFS= read -r SIZE && IFS= read -r ROOT_HASH && IFS= read -r empty; } <"$1" ||
    broken 'the checkpoint is too short'
  [ -n "$ORIGIN" ] && [ -z "$empty" ] || broken 'the checkpoint is not origin, size, root and an empty line'
  must_be_count "$SIZE" 'the size of the log'
  must_be_base64 "$ROOT_HASH" 32 'the root'
  printf '%s\n%s\n%s\n' "$ORIGIN" "$SIZE" "$ROOT_HASH" >"$WORK/text"
  { cat "$WORK/text" && printf '\n'; } >"$WORK/rebuilt"
  tail -n +5 "$1" >"$WORK/signatures"
  signed=no
  while IFS= read -r line || [ -n "$line" ]; do
    printf '%s\n' "$line" >>"$WORK/rebuilt"
    case $line in
    "— $KEY_NAME "*) ;;
    '— '?*' '?*) continue ;;
    *) broken 'a signature line is malformed' ;;
    esac
    signature=${line#"— $KEY_NAME "}
    [ "$(decode "$signature" | head -c 4 | basenc --base16 | tr A-F a-f)" = "$KEY_ID" ] || continue
    must_be_base64 "$signature" 68 'the signature'
    tail -c 64 "$WORK/decoded" >"$WORK/signature"
    openssl pkeyutl -verify -pubin -keyform DER -inkey "$WORK/key.der" -rawin -in "$WORK/text" \
      -sigfile "$WORK/signature" >/dev/null 2>&1 || broken 'the signature of the checkpoint is wrong'
    signed=yes
  done <"$WORK/signatures"
  [ "$signed" = yes ] || broken 'the checkpoint is not signed by the given key'
  same "$1" "$WORK/rebuilt" || broken 'the checkpoint holds more than its lines'
}

# Checks that a leaf is in the log (C2SP tlog-proof); sets what check_checkpoint sets, and INDEX.
check_receipt() { # receipt, leaf, vkey
  { IFS= read -r header && IFS= read -r INDEX; } <"$1" || broken 'the receipt is too short'
  [ "$header" = 'c2sp.org/tlog-proof@v1' ] || broken 'this is no tlog-proof'
  case $INDEX in 'index '*) INDEX=${INDEX#index } ;; *) broken 'the receipt has no index' ;; esac
  must_be_count "$INDEX" 'the index'
  printf '%s\nindex %s\n' "$header" "$INDEX" >"$WORK/proof"
  tail -n +3 "$1" >"$WORK/rest"
  path=
  lines=3
  while IFS= read -r hash && [ -n "$hash" ]; do
    printf '%s\n' "$hash" >>"$WORK/proof"
    path="$path $hash"
    lines=$((lines + 1))
  done <"$WORK/rest"
  printf '\n' >>"$WORK/proof"
  tail -n "+$((lines + 1))" "$1" >"$WORK/checkpoint"
  check_checkpoint "$WORK/checkpoint" "$3"
  cat "$WORK/checkpoint" >>"$WORK/proof"
  same "$1" "$WORK/proof" || broken 'the receipt holds more than its lines'
  # Hashes in base64 hold no space and no pattern.
  climb "$INDEX" "$SIZE" "$(leaf_hash "$2")" $path
  [ "$ROOT" = "$ROOT_HASH" ] || broken 'the leaf is not in the log of the checkpoint'
}
