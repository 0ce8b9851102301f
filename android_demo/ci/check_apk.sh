#!/usr/bin/env bash
# Everything about an APK that can be checked without a phone: check_apk.sh FILE.apk ASSETS
set -euo pipefail
apk=$(realpath "$1")
assets=$(realpath "$2")
cd "$(dirname "$0")/.."
maven=build/maven
work=build/check
most_bytes=25000000

property() { sed -n "s/^$1=//p" gradle.properties; }
fail() { echo "APK: $1" >&2; exit 1; }
has() { grep -q -- "$1" "$2" || fail "its $3 lacks $1"; }

rm -rf $work
mkdir -p $work/apk $work/tests

echo "== signature and alignment"
apksigner verify --verbose "$apk" > $work/signature.txt
has "Verified using v2 scheme (APK Signature Scheme v2): true" $work/signature.txt signature
zipalign -c -p 4 "$apk"
[ "$(stat -c %s "$apk")" -le $most_bytes ] || fail "it has more than $most_bytes bytes"

echo "== manifest"
aapt2 dump badging "$apk" > $work/badging.txt
has "package: name='$(property applicationId)' versionCode='$(property versionCode)'" $work/badging.txt badging
has "sdkVersion:'$(property minSdk)'" $work/badging.txt badging
has "targetSdkVersion:'$(property targetSdk)'" $work/badging.txt badging
has "launchable-activity: name='org.stylekit.app.MainActivity'" $work/badging.txt badging
has "uses-permission: name='android.permission.CAMERA'" $work/badging.txt badging
has "native-code: 'arm64-v8a' 'x86_64'" $work/badging.txt badging
! grep -q "INTERNET" $work/badging.txt || fail "it may use the network"

echo "== assets are the exported files, byte for byte"
unzip -qo "$apk" -d $work/apk
diff -r "$assets" $work/apk/assets || fail "its assets differ"
for file in $(cd $work/apk && find . -name '*.tflite'); do
    unzip -v "$apk" "${file#./}" > $work/entry.txt
    grep -q Stored $work/entry.txt || fail "$file is compressed: it cannot be mapped"
done

echo "== native libraries"
for abi in arm64-v8a x86_64; do
    for library in libtensorflowlite_jni.so libtensorflowlite_gpu_jni.so; do
        [ -s "$work/apk/lib/$abi/$library" ] || fail "it lacks $abi/$library"
    done
done

echo "== dex"
dexdump -d "$apk" > $work/dex.txt
calls=$(grep -c invoke-custom $work/dex.txt || true)
[ "$calls" = 0 ] || fail "$calls calls of invoke-custom, which no Android implements for lambdas"

echo "== the tests of core/, on classes translated back from the dex"
PATH=/usr/bin:$PATH enjarify -f -o $work/dex.jar "$apk" > $work/enjarify.txt 2>&1 || true
[ -s $work/dex.jar ] || { tail -5 $work/enjarify.txt; fail "its dex cannot be translated back"; }
tests="$maven/junit.jar:$maven/hamcrest-core.jar"
libraries="$maven/tensorflow-lite-metadata.jar:$maven/flatbuffers-java.jar"
# Of the shipped classes only core's are tested: libraries come from where they came from.
mkdir -p $work/core
(cd $work/core && unzip -qo ../dex.jar 'org/stylekit/core/*')
# They are compiled against core's own classes: those from a dex do not say what is nested in what.
mkdir -p $work/sources
javac -encoding UTF-8 -classpath "$libraries" -d $work/sources \
    $(find core/src/main/java -name '*.java')
javac -encoding UTF-8 -classpath "$work/sources:$libraries:$tests" \
    -d $work/tests $(find core/src/test/java -name '*.java')
java -Dstylekit.root=.. -classpath "$work/core:$work/tests:$libraries:$tests" \
    org.junit.runner.JUnitCore $(cd core/src/test/java && find . -name '*Test.java' |
    sed 's|^\./||; s|\.java$||; s|/|.|g')

echo "APK: $apk, $(stat -c %s "$apk") bytes, $(sha256sum "$apk" | cut -c1-16): all checks passed"
