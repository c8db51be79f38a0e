#include "tools/definitions_options.h"

#include <filesystem>
#include <string_view>

#include "oncobridge/convert.h"
#include "oncobridge/fhir/json_writer.h"

namespace oncobridge::tools {
namespace {

constexpr std::size_t kLongestQuestionnaire = std::size_t{64} << 20;  // bytes

// The bytes of a file if they are a Questionnaire, else nothing. What cannot be read is left to
// Definitions::add_path, which says so.
std::string questionnaire_in(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error) || path.ends_with(".tgz") ||
      path.ends_with(".tar.gz")) {
    return {};
  }
  auto source = open_input(path);
  std::string text;
  char block[64 * 1024];
  while (source && text.size() < kLongestQuestionnaire) {
    const auto got = (*source)->read(block, sizeof block);
    if (!got || *got == 0) break;
    text.append(block, *got);
  }
  const NameTable shared;
  Names names(shared);
  Tape tape(names);
  const std::size_t begin = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  const bool xml = begin != std::string::npos && text[begin] == '<';
  if (!(xml ? tape.read_xml(text) : tape.read_json(text))) return {};
  const bool is_questionnaire = tape.root() != kNoNode && tape[tape.root()].is(kResource) &&
                                tape[tape.root()].value() == "Questionnaire";
  return is_questionnaire ? text : std::string();
}

}  // namespace

Result<std::unique_ptr<Definitions>> load_definitions(const std::vector<std::string>& packages,
                                                      const std::string& package_cache,
                                                      const std::vector<std::string>& paths) {
  auto definitions = Definitions::shipped();
  for (const std::string& package : packages) {
    if (auto added = definitions->add_package(package, package_cache); !added) {
      return tl::unexpected(added.error());
    }
  }
  for (const std::string& path : paths) {
    const std::string questionnaire = questionnaire_in(path);
    auto added = questionnaire.empty() ? definitions->add_path(path)
                                       : definitions->add_questionnaire(questionnaire);
    if (!added) return tl::unexpected(added.error());
  }
  return definitions;
}

Result<std::string> find_profile(const Definitions& definitions, const std::string& name) {
  std::string canonical = definitions.canonical_of(name);
  if (canonical.empty()) {
    return fault("profile", name + ": no such profile among the definitions",
                 "add its package with --package, or its file with --definitions");
  }
  return canonical;
}

}  // namespace oncobridge::tools
