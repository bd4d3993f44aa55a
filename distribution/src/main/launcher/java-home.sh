# Finds a Java to run with; sourced by the launchers. Reads <home>/release instead of starting Java
# to ask it: starting one costs more than everything else here together.
#
#   holdfast_find_java PROGRAM [BUNDLED]
#
# sets holdfast_java to the home of the first Java 25 or newer that has bin/PROGRAM (java to run,
# javac to build), looking into BUNDLED before the rest of the machine. Returns 1 if there is none.
# Works with the bash 3.2 of macOS.

HOLDFAST_JAVA_FLOOR=25

holdfast_fits() { # HOME PROGRAM
  [ -x "$1/bin/$2" ] && [ -r "$1/release" ] || return 1
  local line major
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      JAVA_VERSION=*)
        major=${line#*=}
        major=${major//\"/}
        major=${major%%[!0-9]*}
        [ -n "$major" ] && [ "$major" -ge "$HOLDFAST_JAVA_FLOOR" ]
        return
        ;;
    esac
  done <"$1/release"
  return 1
}

holdfast_java_on_path() { # PROGRAM
  local at link
  at=$(command -v "$1") || return 1
  while [ -L "$at" ]; do
    link=$(readlink "$at")
    case $link in
      /*) at=$link ;;
      *) at=${at%/*}/$link ;;
    esac
  done
  at=${at%/*}
  printf '%s\n' "${at%/*}"
}

holdfast_find_java() {
  local program=$1 bundled=${2:-} home
  holdfast_java=
  if [ -n "${HOLDFAST_JAVA_HOME:-}" ]; then
    # Said in so many words, so anything else would surprise.
    holdfast_fits "$HOLDFAST_JAVA_HOME" "$program" || return 1
    holdfast_java=$HOLDFAST_JAVA_HOME
    return 0
  fi
  for home in "$bundled" "${JAVA_HOME:-}"; do
    if [ -n "$home" ] && holdfast_fits "$home" "$program"; then
      holdfast_java=$home
      return 0
    fi
  done
  if home=$(holdfast_java_on_path "$program") && holdfast_fits "$home" "$program"; then
    holdfast_java=$home
    return 0
  fi
  for home in /usr/lib/jvm/* /usr/lib64/jvm/* /opt/* /opt/java/* \
    "${HOME:-/}"/.sdkman/candidates/java/* "${HOME:-/}"/.jdks/* \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /home/linuxbrew/.linuxbrew/opt/openjdk*/libexec \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-/}"/Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if holdfast_fits "$home" "$program"; then
      holdfast_java=$home
      return 0
    fi
  done
  return 1
}

holdfast_no_java() { # PROGRAM
  local what="Java $HOLDFAST_JAVA_FLOOR or newer"
  [ "$1" = javac ] && what="a Java development kit (JDK) of version $HOLDFAST_JAVA_FLOOR or newer"
  if [ -n "${HOLDFAST_JAVA_HOME:-}" ]; then
    echo "holdfast: HOLDFAST_JAVA_HOME is '$HOLDFAST_JAVA_HOME': expected $what there, found none"
  else
    echo "holdfast: could not find $what on this machine"
  fi >&2
  cat >&2 <<TEXT
HINT: Install one of these; it need not become the default java:
  Debian 13, Ubuntu 25.10 or newer   apt-get install openjdk-25-jdk-headless
  Fedora, RHEL 10                    dnf install java-25-openjdk-devel
  macOS                              brew install openjdk
  anything else                      Eclipse Temurin 25 (adoptium.net), unpacked into /opt
  without root                       sdk install java 25-tem   (sdkman.io)
or name an existing one: HOLDFAST_JAVA_HOME=/path/to/jdk
TEXT
}
