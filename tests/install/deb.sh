# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# The Debian packages: built, looked at by lintian, installed in a Debian that has
# nothing else; there the command finds what it finds here, and a C program is compiled.
# The clean Debian needs root, debootstrap and the network (DEBIAN_MIRROR, or Debian's own).
. "$(dirname "$0")/common.sh"
need dpkg-shlibdeps
need cpack
codename=$(. /etc/os-release && [[ $ID == debian ]] && echo "$VERSION_CODENAME") ||
  skip "packages are made on Debian"

(cd "$SOURCE" && "$CMAKE" --preset deb -B "$SCRATCH/build" -G "$GENERATOR" \
  -DYOLO_ONEDNN="$ONEDNN") >configure.log || { cat configure.log; exit 1; }
"$CMAKE" --build build >build.log || { tail -50 build.log; exit 1; }
cpack --config build/CPackConfig.cmake -B packages >cpack.log 2>&1 || { cat cpack.log; exit 1; }
for package in libyolo0 libyolo-dev yolo-tools; do
  [[ -s $(echo packages/${package}_"$VERSION"-1_*.deb) ]] || fail "no package $package"
done
dpkg-deb --field packages/libyolo0_*.deb Depends | grep -q 'libjpeg62-turbo' ||
  fail "libyolo0 does not depend on libjpeg62-turbo"
dpkg-deb --field packages/libyolo0_*.deb Multi-Arch | grep -qx same || fail "Multi-Arch"

# What is left out: this is no upload to Debian's archive; cpack calls ldconfig itself,
# beside the trigger.
if command -v lintian >/dev/null; then
  lintian --suppress-tags initial-upload-closes-no-bugs,maintscript-calls-ldconfig --fail-on error,warning \
    packages/*.deb || fail "lintian"
else
  echo "lintian is not installed: not run"
fi

((EUID == 0)) || skip "built; a clean Debian root needs root"
need debootstrap
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
root=$SCRATCH/root
trap 'rm -rf "$root"' EXIT
debootstrap --variant=minbase "$codename" "$root" "$mirror" >debootstrap.log 2>&1 || {
  tail -5 debootstrap.log
  skip "built; debootstrap cannot make a Debian from $mirror here"
}
mkdir "$root/work"
cp packages/*.deb "$SOURCE/tests/install/consumer.c" "$photo" "$model".* "$root/work"
in_root() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/ \
  DEBIAN_FRONTEND=noninteractive sh -ec "cd /work; $1"; }
# As its users: dependencies come from Debian.
in_root 'apt-get install -y --no-install-recommends ./*.deb' >install.log 2>&1 ||
  { tail -20 install.log; fail "the packages cannot be installed"; }
in_root "yolo detect --json --threshold $threshold $(basename "$photo")" >there.json
"$COMMAND" detect --json --threshold $threshold "$photo" >here.json
boxes() { grep -o '"detections":.*"found":[0-9]*' "$1"; }
[[ $(boxes there.json) == "$(boxes here.json)" ]] ||
  fail "boxes differ: $(boxes there.json) there, $(boxes here.json) here"

in_root 'apt-get install -y --no-install-recommends gcc libc6-dev pkg-config' >>install.log 2>&1 ||
  { tail -20 install.log; fail "gcc cannot be installed"; }
in_root 'cc -std=c99 consumer.c -o consumer $(pkg-config --cflags --libs yolo)'
there() {
  in_root "./consumer yolov4-nano.cfg yolov4-nano.weights $3 $(basename "$4")"
}
compare there
in_root 'apt-get purge -y libyolo0 && ! find /usr -name "*yolo*" | grep .' >purge.log 2>&1 ||
  { tail purge.log; fail "files are left behind"; }
