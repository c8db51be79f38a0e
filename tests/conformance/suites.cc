#include "tests/conformance/suites.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace oncobridge::conformance {

namespace fs = std::filesystem;

fs::path shared_folder() {
  const fs::path folder = fs::path(ONCOBRIDGE_SOURCE_DIR).parent_path() / "shared";
  std::error_code ignored;
  return fs::exists(folder / "conformance", ignored) ? folder : fs::path();
}

fs::path scratch_folder() {
  const fs::path folder = fs::path(ONCOBRIDGE_BINARY_DIR) / "conformance";
  fs::create_directories(folder);
  return folder;
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return in ? std::move(bytes).str() : std::string();
}

void write_file(const fs::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

fs::path unpacked_package(const std::string& name) {
  const fs::path folder = scratch_folder() / "packages" / name;
  const fs::path ready = folder / "ready";
  if (!fs::exists(ready)) {
    // Tests run side by side: each unpacks into a folder of its own, and the first one stays.
    std::string part = (scratch_folder() / "packages-XXXXXX").string();
    if (mkdtemp(part.data()) == nullptr) return {};
    const fs::path archive = shared_folder() / "packages" / (name + ".tgz");
    const std::string command = "tar xzf '" + archive.string() + "' -C '" + part + "'";
    if (std::system(command.c_str()) != 0) return {};
    write_file(fs::path(part) / "ready", "");
    fs::create_directories(folder.parent_path());
    std::error_code taken;
    fs::rename(part, folder, taken);
    if (taken) fs::remove_all(part);
  }
  return folder / "package";
}

std::vector<Example> load_examples() {
  const std::map<std::string, fs::path> folders = {
      {"mcode", unpacked_package("hl7.fhir.us.mcode-4.0.0") / "example"},
      {"us-core", unpacked_package("hl7.fhir.us.core-6.1.0") / "example"},
      {"r4", unpacked_package("hl7.fhir.r4.examples-4.0.1")}};
  std::vector<Example> examples;
  std::ifstream table(fs::path(ONCOBRIDGE_SOURCE_DIR) / "tests/conformance/reference_verdicts.txt");
  for (std::string line; std::getline(table, line);) {
    if (line.empty() || line.front() == '#') continue;
    const std::string name = line.substr(0, line.find('\t'));
    const std::size_t slash = name.find('/');
    examples.push_back(
        {name, read_file(folders.at(name.substr(0, slash)) / name.substr(slash + 1))});
  }
  return examples;
}

KnownGaps::KnownGaps(std::string_view suite) : suite_(suite) {
  std::ifstream list(fs::path(ONCOBRIDGE_SOURCE_DIR) / "tests/conformance/known_gaps.txt");
  for (std::string line; std::getline(list, line);) {
    if (!line.starts_with(suite_ + " ")) continue;
    const std::size_t colon = std::min(line.find(": "), line.size());
    const std::string name = line.substr(suite_.size() + 1, colon - suite_.size() - 1);
    reasons_[colon == line.size() ? name + " (no reason given)" : name] = line.substr(colon);
  }
}

std::string KnownGaps::difference(const std::set<std::string>& missed) const {
  std::string text;
  for (const std::string& name : missed) {
    if (!lists(name)) text += "missed, but not in known_gaps.txt: " + suite_ + " " + name + "\n";
  }
  for (const auto& [name, reason] : reasons_) {
    if (missed.count(name) == 0)
      text += "in known_gaps.txt, but not missed: " + suite_ + " " + name + "\n";
  }
  return text;
}

std::string bare_place(std::string_view expression) {
  std::string bare;
  for (std::size_t i = 0; i < expression.size();) {
    if (expression.substr(i, 2) == "/*") {
      const std::size_t end = expression.find("*/", i);
      i = end == std::string_view::npos ? expression.size() : end + 2;
    } else if (expression.substr(i, 5) == "[url=") {
      const std::size_t end = expression.find(']', i);
      i = end == std::string_view::npos ? expression.size() : end + 1;
    } else {
      bare += expression[i++];
    }
  }
  return bare;
}

Judged judged(Validator& validator, std::string_view bytes) {
  const Verdict verdict = validator.judge(bytes);
  Judged result;
  result.valid = verdict.valid();
  result.errors = verdict.errors + verdict.fatal;
  result.issues = validator.issues();
  for (const Issue& issue : result.issues) {
    if (issue.severity <= Severity::kError)
      result.error_places.insert(bare_place(issue.expression));
  }
  return result;
}

std::string describe(const std::vector<Issue>& issues, Severity least) {
  std::string text;
  for (const Issue& issue : issues) {
    if (issue.severity > least) continue;
    text += severity_code(issue.severity);
    text += ' ' + issue.expression + ' ' + std::to_string(issue.line) + ':' +
            std::to_string(issue.column) + ' ';
    text += issue.rule == nullptr ? "?" : issue.rule->id;
    text += ' ' + issue.text + (issue.profile.empty() ? "" : " (" + issue.profile + ")") + '\n';
  }
  return text;
}

}  // namespace oncobridge::conformance
