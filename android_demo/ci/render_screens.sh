#!/usr/bin/env bash
# Draw the app's screens with Robolectric into build/screens/, after build_apk.sh: nothing of CI,
# since Robolectric and its Android are 300 MB.
set -euo pipefail
cd "$(dirname "$0")/.."
work=build/screens
apk=$PWD/build/apk
[ -e $apk/base.apk ] || { echo "build the APK first: make apk" >&2; exit 2; }

rm -rf $work
mkdir -p $work/{android,classes,libraries,configuration/com/android/tools}
mvn -q -B -f screens/pom.xml dependency:copy-dependencies -DoutputDirectory="$PWD/$work/libraries"
mv $work/libraries/android-all-instrumented-*.jar $work/android/
for archive in $work/libraries/*.aar; do
    unzip -qp "$archive" classes.jar > "${archive%.aar}.jar"
done
cat > $work/configuration/com/android/tools/test_config.properties <<PROPERTIES
android_merged_manifest=$apk/AndroidManifest.xml
android_resource_apk=$apk/base.apk
android_custom_package=org.stylekit.app
PROPERTIES
libraries=$(printf '%s:' $work/libraries/*.jar $apk/libraries/*.jar build/maven/flatbuffers-java.jar)
# Compiled against the same Android as the app; Robolectric loads the one that it runs by itself.
classes=$work/configuration:$apk/core:$apk/app:${libraries}build/maven/android-all.jar
javac -nowarn -encoding UTF-8 -classpath "$classes" -d $work/classes screens/ScreensTest.java
java -Dstylekit.screens=$work -Drobolectric.offline=true -Drobolectric.dependency.dir=$work/android \
    --add-opens java.base/java.lang=ALL-UNNAMED --add-opens java.base/java.io=ALL-UNNAMED \
    -classpath "$work/classes:$classes" org.junit.runner.JUnitCore org.stylekit.app.ScreensTest
ls $work/*.png
