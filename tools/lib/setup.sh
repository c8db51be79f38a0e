# Sourced by tools/check and tools/demo: installs what is missing and builds. Needs bash, and the
# repository as current directory.

launcher=()
say() { printf '%s\n' "$*" >&2; }

# Debian packages of tools/packages.txt that are not installed.
missing_packages() {
  local wanted
  wanted=$(sed 's/#.*//' tools/packages.txt)
  # shellcheck disable=SC2086  # one word a package
  comm -23 <(printf '%s\n' $wanted | sort) \
    <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $wanted 2> /dev/null |
      sed -n 's/^installed //p' | sort -u)
}

install_packages() {
  local missing as_root=()
  if ! command -v dpkg-query > /dev/null; then
    say "this is not a Debian: install the equivalents of tools/packages.txt yourself; going on"
    return 0
  fi
  missing=$(missing_packages)
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo > /dev/null; then
      say "these packages are missing and there is no sudo; as root: apt-get install" $missing
      return 1
    fi
    as_root=(sudo)
  fi
  say "installing:" $missing
  mkdir -p build
  # shellcheck disable=SC2086
  if ! { "${as_root[@]}" apt-get -qq -o Acquire::Retries=3 update &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq --no-install-recommends \
      -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 install $missing; } < /dev/null > build/packages.log 2>&1; then
    cat build/packages.log >&2
    return 1
  fi
}

# build PRESET [TARGET...]: no target means all. With `launcher` set, runs below it.
build() {
  local preset=$1
  shift
  mkdir -p build
  if ! cmake --preset "$preset" > "build/$preset.configure.log" 2>&1; then
    cat "build/$preset.configure.log" >&2
    return 1
  fi
  "${launcher[@]}" cmake --build --preset "$preset" --parallel 2 ${1:+--target "$@"} >&2
}
