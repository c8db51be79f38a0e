// gen_cases: repeats and alters example case records into any number of records with unique case
// ids, as NDJSON on standard output. The same arguments give the same bytes.
#include <charconv>
#include <cstdio>

#include "tools/bench/case_templates.h"

namespace {

constexpr std::size_t kBlock = 1u << 20;

int usage() {
  std::fprintf(stderr,
               "usage: gen_cases --records N INPUT...   (files or folders of case records)\n");
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t records = 0;
  std::vector<std::string> inputs;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--records" && i + 1 < argc) {
      const std::string_view number = argv[++i];
      const auto [end, error] =
          std::from_chars(number.data(), number.data() + number.size(), records);
      if (error != std::errc() || end != number.data() + number.size()) return usage();
    } else if (argument.starts_with("--")) {
      return usage();
    } else {
      inputs.emplace_back(argument);
    }
  }
  if (records == 0 || inputs.empty()) return usage();
  const auto templates = oncobridge::bench::CaseTemplates::load(inputs);
  if (!templates) {
    std::fprintf(stderr, "gen_cases: %s\n", templates.error().message.c_str());
    return 3;
  }
  std::string block;
  block.reserve(kBlock + (kBlock >> 2));
  const auto flush = [&block] {
    const bool sound = std::fwrite(block.data(), 1, block.size(), stdout) == block.size();
    block.clear();
    return sound;
  };
  for (std::uint64_t n = 0; n < records; ++n) {
    templates->append(n, block);
    block += '\n';
    if (block.size() >= kBlock && !flush()) return 4;
  }
  return flush() && std::fflush(stdout) == 0 ? 0 : 4;
}
