#!/bin/sh
# verify-checkpoint.sh CHECKPOINT VKEY: exits 0 if the key has signed the checkpoint and nothing in it was changed.
. "${0%/*}/log.sh"
check_checkpoint "$1" "$2"
printf 'sound: %s, %s leaves, root %s\n' "$ORIGIN" "$SIZE" "$ROOT_HASH"
