#!/bin/sh
# verify-bundle.sh FOLDER VKEY: exits 0 if an unpacked evidence bundle is complete, its decision and every leaf in it are in
# the log whose checkpoint the key has signed, and its document is the decided one.
. "${0%/*}/log.sh"
VKEY=$2
cd "$1"

# RFC 8493: the manifests must match the files, in the output format of sha256sum.
sha256sum data/* >"$WORK/manifest"
same "$WORK/manifest" manifest-sha256.txt || broken 'the payload is not what manifest-sha256.txt says'
sha256sum VERIFY.md bag-info.txt bagit.txt manifest-sha256.txt >"$WORK/tagmanifest"
same "$WORK/tagmanifest" tagmanifest-sha256.txt || broken 'a file is not what tagmanifest-sha256.txt says'
for file in *; do
  case $file in
  VERIFY.md | bag-info.txt | bagit.txt | data | manifest-sha256.txt | tagmanifest-sha256.txt) ;;
  *) broken "$file does not belong here" ;;
  esac
done

check_receipt data/decision.tlog-proof data/decision.json "$VKEY"
same "$WORK/checkpoint" data/checkpoint || broken 'the receipt has another checkpoint'
decision=$(cat data/decision.json)
target=${decision#*'"target":{"id":"'}
DOCUMENT=${target%%'"'*}

for file in data/document.*; do
  [ -e "$file" ] || continue
  sum=$(sha256sum <"$file")
  case $decision in
  *'"sha256":"'"${sum%% *}"'","type":"document"'*) ;;
  *) broken "$file is not what the decision is about" ;;
  esac
done

seen=no
leaves=0
while IFS= read -r leaf <&3; do
  IFS= read -r proof <&4 || broken 'a proof is missing'
  leaves=$((leaves + 1))
  printf %s "$leaf" >"$WORK/leaf"
  [ "$leaf" != "$decision" ] || seen=yes
  case $leaf in *'"target":{"id":"'"$DOCUMENT"'",'*) ;; *) broken "leaf $leaves is about something else" ;; esac
  index=${proof%% *}
  path=${proof#"$index"}
  must_be_count "$index" 'an index'
  climb "$index" "$SIZE" "$(leaf_hash "$WORK/leaf")" $path
  [ "$ROOT" = "$ROOT_HASH" ] || broken "leaf $leaves is not in the log of the checkpoint"
done 3<data/leaves.jsonl 4<data/proofs.txt
[ "$(wc -l <data/proofs.txt)" -eq "$leaves" ] || broken 'there are more proofs than leaves'
[ "$seen" = yes ] || broken 'the decision is not among the leaves'
printf 'sound: document %s, %s leaves of %s in %s\n' "$DOCUMENT" "$leaves" "$SIZE" "$ORIGIN"
