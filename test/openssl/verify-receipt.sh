#!/bin/sh
# verify-receipt.sh RECEIPT LEAF VKEY: exits 0 if the leaf is in the log whose checkpoint the key has signed.
. "${0%/*}/log.sh"
check_receipt "$1" "$2" "$3"
printf 'sound: leaf %s of %s in %s\n' "$INDEX" "$SIZE" "$ORIGIN"
