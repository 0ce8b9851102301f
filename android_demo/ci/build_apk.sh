#!/usr/bin/env bash
# Build, sign and check the app from Maven Central and Debian only: build_apk.sh ASSETS OUTPUT.apk
#
# ASSETS is what `stylekit export --android` wrote. Debian's packages: aapt apksigner zipalign
# dexdump android-framework-res enjarify zip; Java 17 and Maven besides.
set -euo pipefail
assets=$(realpath "$1")
output=$(realpath -m "$2")
cd "$(dirname "$0")/.."
ci/require_tools.sh

property() { sed -n "s/^$1=//p" gradle.properties; }
framework=/usr/share/android-framework-res/framework-res.apk
maven=build/maven
work=build/apk

echo "== parts from Maven Central"
[ -e $maven/flatbuffers-java.jar ] || mvn -q -B dependency:copy
rm -rf $work
mkdir -p $work/{gen,core,app,libraries,aar,parts/lib}
for name in tensorflow-lite tensorflow-lite-api tensorflow-lite-gpu tensorflow-lite-gpu-api; do
    unzip -qo $maven/$name.aar -d $work/aar/$name
    cp $work/aar/$name/classes.jar $work/libraries/$name.jar
done
cp $maven/tensorflow-lite-metadata.jar $work/libraries/

echo "== resources"
# Debian's aapt2 asks for a package, which Gradle keeps out of the manifest, and its resources, of
# API 29, do not know of native libraries of the device.
sed -e "s|<manifest |<manifest package=\"$(property applicationId)\" |" \
    -e '/<uses-native-library/d' app/src/main/AndroidManifest.xml > $work/AndroidManifest.xml
aapt2 compile --dir app/src/main/res -o $work/resources.zip
aapt2 link -o $work/base.apk -I $framework --manifest $work/AndroidManifest.xml \
    --min-sdk-version "$(property minSdk)" --target-sdk-version "$(property targetSdk)" \
    --version-code "$(property versionCode)" --version-name "$(property versionName)" \
    --java $work/gen -A "$assets" -0 .tflite $work/resources.zip

echo "== classes"
libraries=$(printf '%s:' $work/libraries/*.jar $maven/flatbuffers-java.jar)
compile="javac --release 8 -Xlint:all,-options,-deprecation,-classfile -Werror -encoding UTF-8 -g"
$compile -classpath "$libraries" -d $work/core \
    $(find core/src/main/java -name '*.java')
$compile -classpath "$maven/android-all.jar:$libraries$work/core" -d $work/app \
    $(find app/src/main/java $work/gen -name '*.java')
jar cf $work/classes.jar -C $work/core . -C $work/app .
# Android has no LambdaMetafactory: dx would pass lambdas on as calls of what is not there. Of the
# libraries only FlatBuffers has one.
library_arguments=()
for jar in $work/libraries/*.jar $maven/android-all.jar; do library_arguments+=(-libraryjars "$jar"); done
java -jar $maven/proguard-base.jar @ci/desugar.pro -injars $work/classes.jar \
    -injars "$maven/flatbuffers-java.jar(!META-INF/**)" \
    -outjars $work/desugared.jar "${library_arguments[@]}" > $work/proguard.log 2>&1 ||
    { cat $work/proguard.log; exit 1; }
java -cp $maven/dalvik-dx.jar com.android.dx.command.Main --dex \
    --min-sdk-version="$(property minSdk)" --output=$work/parts/classes.dex \
    $work/desugared.jar $work/libraries/*.jar

echo "== package"
for abi in arm64-v8a x86_64; do
    mkdir -p $work/parts/lib/$abi
    cp $work/aar/*/jni/$abi/*.so $work/parts/lib/$abi/
done
cp $work/base.apk $work/unaligned.apk
(cd $work/parts && zip -qX ../unaligned.apk classes.dex && zip -qXr ../unaligned.apk lib)
zipalign -f -p 4 $work/unaligned.apk $work/aligned.apk
if [ ! -e build/debug.keystore ]; then
    keytool -genkeypair -keystore build/debug.keystore -storepass android -alias debug -keyalg RSA \
        -keysize 2048 -validity 10000 -dname CN=debug > $work/keytool.log 2>&1 ||
        { cat $work/keytool.log; exit 1; }
fi
mkdir -p "$(dirname "$output")"
apksigner sign --ks build/debug.keystore --ks-pass pass:android --out $work/signed.apk $work/aligned.apk
mv $work/signed.apk "$output"
bash ci/check_apk.sh "$output" "$assets"
