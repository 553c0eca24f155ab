#!/bin/sh
# mounted-round-trip.sh S3FS BUCKET TREE WORK OPTIONS: mounts the bucket by s3fs, works on it as on any folder, compares, and unmounts. To be run in a
# mount namespace of its own (unshare --mount), so that nothing stays mounted whatever happens. Ends with `round trip complete` and status 0.
set -eu
s3fs=$1 bucket=$2 tree=$3 work=$4 options=$5
mkdir -p "$work/mnt" "$work/tmp"
umask 077
echo "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" >"$work/password"

# In the foreground: it ends when it is unmounted, and its complaints are ours.
mount_bucket() {
  "$s3fs" "$bucket" "$work/mnt" -f -o "passwd_file=$work/password,use_cache=,tmpdir=$work/tmp,multipart_size=5,$options" &
  pid=$!
  until mountpoint -q "$work/mnt"; do
    kill -0 "$pid" 2>/dev/null || { echo "s3fs ended before it had mounted" >&2; exit 1; }
    sleep 0.05
  done
}
unmount_bucket() {
  umount "$work/mnt"
  wait "$pid"
}

mount_bucket
cd "$work/mnt"
cp -r "$tree" tree
diff -r "$tree" tree
echo "step: copied"
echo one >'a b+%20ü.txt'
echo two >>'a b+%20ü.txt'
[ "$(cat 'a b+%20ü.txt')" = "one
two" ]
truncate -s 2 'a b+%20ü.txt'
[ "$(cat 'a b+%20ü.txt')" = on ]
mkdir -p folder/deep
mv tree/large.bin folder/deep/moved.bin
mv folder renamed
cmp "$tree/large.bin" renamed/deep/moved.bin
cp renamed/deep/moved.bin changed.bin
printf changed | dd of=changed.bin bs=1 seek=6000000 conv=notrunc 2>/dev/null
[ "$(dd if=changed.bin bs=1 skip=6000000 count=7 2>/dev/null)" = changed ]
echo "step: renamed and changed"
ln -s 'a b+%20ü.txt' link
[ "$(readlink link)" = 'a b+%20ü.txt' ]
chmod 640 'a b+%20ü.txt'
touch -d '2020-01-02 03:04:05 UTC' 'a b+%20ü.txt'
cd "$work"
unmount_bucket

# What was written is there for the next to mount it.
mount_bucket
cd "$work/mnt"
[ "$(stat -c '%a %Y %s' 'a b+%20ü.txt')" = '640 1577934245 2' ]
cmp "$tree/large.bin" renamed/deep/moved.bin
rm -r renamed tree changed.bin link 'a b+%20ü.txt'
[ -z "$(ls -A)" ]
cd "$work"
unmount_bucket
echo "round trip complete"
