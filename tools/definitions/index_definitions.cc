// index_definitions OUTPUT FILE...: puts the text files of profiles/definitions and an index of
// them into one file, which the program embeds (profiles/shipped_definitions.h). Runs when the
// program is built. Of definitions with one canonical, those of a later file come first, except
// that a type always comes before a profile.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "profiles/definition_text.h"
#include "profiles/element_names.h"
#include "profiles/shipped_definitions.h"

namespace oncobridge::profiles {
namespace {

struct Input {
  std::string name;
  std::string text;
};

class Index {
 public:
  bool add(const Input& input) {
    const auto file = static_cast<std::uint16_t>(files_.size());
    const auto base = static_cast<std::uint32_t>(sizeof(IndexHead) + texts_.size());
    files_.push_back({base, static_cast<std::uint32_t>(input.text.size())});
    texts_ += input.text;
    const ConstraintLines lines(input.text);
    for (const DefinitionPlace& place : index_definitions(input.text)) {
      const auto at = static_cast<std::uint32_t>(place.text.data() - input.text.data());
      IndexedDefinition entry{};
      entry.hash = definition_hash(place.kind, place.url);
      entry.at = base + at;
      entry.size = static_cast<std::uint32_t>(place.text.size());
      entry.file = file;
      entry.kind = static_cast<std::uint8_t>(place.kind);
      entry.constraint = place.constraint ? 1 : 0;
      definitions_.push_back(entry);
      if (!place.supplements.empty()) supplements_.insert(entry.at);
      if (!check(place, lines, input)) return false;
    }
    return true;
  }

  void set_corrections(const std::string& text) { corrections_ = text; }

  std::string write() {
    std::stable_sort(definitions_.begin(), definitions_.end(), [](const auto& a, const auto& b) {
      if (a.hash != b.hash) return a.hash < b.hash;
      if (a.constraint != b.constraint) return a.constraint < b.constraint;
      return a.file > b.file;
    });
    IndexHead head{};
    std::memcpy(head.magic, kIndexMagic.data(), sizeof(head.magic));
    std::string out(sizeof(head), '\0');
    out += texts_;
    head.corrections_at = static_cast<std::uint32_t>(out.size());
    head.corrections_size = static_cast<std::uint32_t>(corrections_.size());
    out += corrections_;
    std::vector<IndexedName> names;
    for (const std::string& name : names_) {
      names.push_back(
          {static_cast<std::uint32_t>(out.size()), static_cast<std::uint32_t>(name.size())});
      out += name;
    }
    std::vector<std::uint32_t> supplements;
    for (std::uint32_t i = 0; i < definitions_.size(); ++i) {
      if (supplements_.contains(definitions_[i].at)) supplements.push_back(i);
    }
    head.files = append(out, files_, head.files_at);
    head.definitions = append(out, definitions_, head.definitions_at);
    head.names = append(out, names, head.names_at);
    head.supplements = append(out, supplements, head.supplements_at);
    std::memcpy(out.data(), &head, sizeof(head));
    return out;
  }

 private:
  template <typename Record>
  static std::uint32_t append(std::string& out, const std::vector<Record>& records,
                              std::uint32_t& at) {
    out.resize((out.size() + 7) / 8 * 8, '\0');
    at = static_cast<std::uint32_t>(out.size());
    out.append(reinterpret_cast<const char*>(records.data()), records.size() * sizeof(Record));
    return static_cast<std::uint32_t>(records.size());
  }

  // Reads the definition, so that a text that cannot be read stops the build and not a user.
  bool check(const DefinitionPlace& place, const ConstraintLines& lines, const Input& input) {
    std::string why;
    if (place.kind == DefinitionKind::kStructure) {
      const auto structure = read_structure(place.text, lines);
      if (!structure) {
        why = structure.error().message;
      } else {
        for (std::string& name : element_names_of(*structure)) names_.insert(std::move(name));
      }
    } else if (place.kind == DefinitionKind::kValueSet) {
      if (const auto value_set = read_value_set(place.text); !value_set) {
        why = value_set.error().message;
      }
    } else if (const auto system = read_code_system(place.text); !system) {
      why = system.error().message;
    }
    if (why.empty()) return true;
    std::fprintf(stderr, "%s: %.*s: %s\n", input.name.c_str(), static_cast<int>(place.url.size()),
                 place.url.data(), why.c_str());
    return false;
  }

  std::string texts_;
  std::string corrections_;
  std::vector<IndexedFile> files_;
  std::vector<IndexedDefinition> definitions_;
  std::set<std::uint32_t> supplements_;
  std::set<std::string> names_;
};

int run(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "use: index_definitions OUTPUT FILE...\n");
    return 2;
  }
  Index index;
  for (int i = 2; i < argc; ++i) {
    Input input{argv[i], {}};
    std::ifstream file(input.name, std::ios::binary);
    if (!file) {
      std::fprintf(stderr, "%s cannot be read\n", argv[i]);
      return 1;
    }
    input.text.assign(std::istreambuf_iterator<char>(file), {});
    if (input.name.ends_with("corrections.txt")) {
      index.set_corrections(input.text);
    } else if (!index.add(input)) {
      return 1;
    }
  }
  const std::string bytes = index.write();
  std::ofstream out(argv[1], std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (out) return 0;
  std::fprintf(stderr, "%s cannot be written\n", argv[1]);
  return 1;
}

}  // namespace
}  // namespace oncobridge::profiles

int main(int argc, char** argv) { return oncobridge::profiles::run(argc, argv); }
