// Judges the resources of the files named, or one that it has with it, by the C++ API:
//   validate_resource [--profile CANONICAL-OR-NAME] [FILE...]
// Exit code 0: all are valid. Needs oncobridge::profiles of find_package(oncobridge).
#include <oncobridge/profile/validator.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace {

// A patient of mCODE without the name and gender that the profile wants, with a date of no
// calendar.
constexpr const char* kResource = R"({
  "resourceType": "Patient",
  "id": "example",
  "meta": {
    "profile": ["http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-cancer-patient"]
  },
  "identifier": [{"system": "urn:ietf:rfc:3986", "value": "urn:uuid:0d6ad0d0-3c5b-4a3c-8b6e-0f9f9c1b2a11"}],
  "birthDate": "1970-02-30"
})";

// Judges one document; true if it is valid.
bool judge(oncobridge::Validator& validator, const std::string& name, const std::string& bytes) {
  // decide() would give the same verdict faster and without the issues.
  const oncobridge::Verdict verdict = validator.judge(bytes);
  for (const oncobridge::Issue& issue : validator.issues()) {
    std::printf("%s:%u:%u: %s: %s: %s [%s]\n", name.c_str(), issue.line, issue.column,
                std::string(oncobridge::severity_code(issue.severity)).c_str(),
                issue.expression.c_str(), issue.text.c_str(), std::string(issue.rule->id).c_str());
  }
  std::printf("%s: %s, %u errors, %u warnings, %u not checked\n", name.c_str(),
              verdict.valid() ? "valid" : "invalid", verdict.errors, verdict.warnings,
              verdict.not_checked);
  return verdict.valid();
}

}  // namespace

int main(int argc, char** argv) {
  // The definitions of R4, US Core and mCODE are inside the library; more can be added before the
  // first Validator is made. Any number of threads may share them, each with its own Validator.
  const auto definitions = oncobridge::Definitions::shipped();
  oncobridge::ValidatorOptions options;
  std::vector<std::string> files;
  for (int i = 1; i < argc; ++i) {
    if (std::string(argv[i]) == "--profile" && i + 1 < argc) {
      options.profiles.push_back(definitions->canonical_of(argv[++i]));
    } else {
      files.emplace_back(argv[i]);
    }
  }
  oncobridge::Validator validator(*definitions, std::move(options));
  if (files.empty()) return judge(validator, "(built in)", kResource) ? 0 : 1;
  bool valid = true;
  for (const std::string& file : files) {
    std::ifstream stream(file, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    valid = judge(validator, file, bytes) && valid;
  }
  return valid ? 0 : 1;
}
