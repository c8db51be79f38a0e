// Gives the inputs of a stored corpus to its fuzz target again: fuzz_replay TARGET [INPUT...],
// where an INPUT is a file that a fuzz run left behind. Ends like the target does: any broken
// promise and any finding of a sanitizer end the program.
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#define TARGET(name) extern "C" int fuzz_##name(const std::uint8_t* data, std::size_t size);
#include "fuzz_targets.inc"
#undef TARGET

namespace {

using Target = int (*)(const std::uint8_t*, std::size_t);

Target find_target(std::string_view wanted) {
#define TARGET(name) \
  if (wanted == #name) return fuzz_##name;
#include "fuzz_targets.inc"
#undef TARGET
  return nullptr;
}

char replayed[256];  // what to say when the program is ended

void say_input(int) {
  const std::string_view text(replayed);
  if (write(STDERR_FILENO, text.data(), text.size()) < 0) _exit(1);
  std::signal(SIGABRT, SIG_DFL);
}

void replay(Target target, const std::string& input, const std::string& name) {
  std::snprintf(replayed, sizeof(replayed), "ended by %s\n", name.c_str());
  target(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

// A line of a corpus as tests/fuzz/corpus.py writes it.
std::optional<std::string> input_of(std::string_view line) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string input;
  while (!line.empty()) {
    const char c = line[0];
    std::size_t used = 1;
    if (c != '\\') {
      input += c;
    } else if (line.size() < 2) {
      return std::nullopt;
    } else if (line[1] != 'x') {
      const std::size_t named = std::string_view("\\nr0").find(line[1]);
      if (named == std::string_view::npos) return std::nullopt;
      input += std::string_view("\\\n\r\0", 4)[named];
      used = 2;
    } else {
      const std::size_t high = line.size() < 4 ? kDigits.npos : kDigits.find(line[2]);
      const std::size_t low = line.size() < 4 ? kDigits.npos : kDigits.find(line[3]);
      if (high == kDigits.npos || low == kDigits.npos) return std::nullopt;
      input += static_cast<char>(high * 16 + low);
      used = 4;
    }
    line.remove_prefix(used);
  }
  return input;
}

int replay_corpus(Target target, const std::string& name) {
  const std::string path = ONCOBRIDGE_SOURCE_DIR "/tests/fuzz/corpus/" + name + ".txt";
  std::ifstream corpus(path);
  int count = 0;
  for (std::string line; std::getline(corpus, line);) {
    const std::string place = "tests/fuzz/corpus/" + name + ".txt:" + std::to_string(++count);
    const std::optional<std::string> input = input_of(line);
    if (!input) {
      std::fprintf(stderr, "%s: no input\n", place.c_str());
      return 1;
    }
    replay(target, *input, place);
  }
  std::printf("%s: %d inputs\n", name.c_str(), count);
  return count > 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const Target target = argc < 2 ? nullptr : find_target(argv[1]);
  if (target == nullptr) {
    std::fputs("fuzz_replay TARGET [INPUT...]\n", stderr);
    return 2;
  }
  std::signal(SIGABRT, say_input);
  if (argc == 2) return replay_corpus(target, argv[1]);
  for (int i = 2; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    if (!file) {
      std::fprintf(stderr, "%s: cannot be opened\n", argv[i]);
      return 2;
    }
    const std::string input(std::istreambuf_iterator<char>(file), {});
    replay(target, input, argv[i]);
  }
  return 0;
}
