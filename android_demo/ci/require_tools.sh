#!/usr/bin/env bash
# Name the tools of build_apk.sh that are missing; the exit code is 2 if any is.
set -euo pipefail
missing=
for tool in java javac mvn aapt2 apksigner zipalign dexdump enjarify zip unzip; do
    command -v $tool > /dev/null || missing+=" $tool"
done
[ -e /usr/share/android-framework-res/framework-res.apk ] || missing+=" android-framework-res"
[ -z "$missing" ] && exit
echo "the app cannot be built, for want of$missing: it takes Java 17, Maven, and Debian's" \
    "aapt apksigner zipalign dexdump android-framework-res enjarify zip unzip" >&2
exit 2
