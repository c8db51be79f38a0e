// The oncobridge command: parses the command line and hands over to a subcommand. The only file
// that includes CLI11, which is slow to compile.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <iostream>
#include <new>
#include <thread>

#include "tools/commands.h"

namespace {

using namespace oncobridge::tools;

// An option with an empty value is mostly an unset variable of a script: it is never the default.
const CLI::Validator kNotEmpty([](std::string& value) { return value.empty() ? "is empty" : ""; },
                               "", "");

void add_convert(CLI::App& app, ConvertOptions& options) {
  auto* command =
      app.add_subcommand("convert", "turn case records into FHIR R4 / mCODE STU4 bundles");
  command
      ->add_option("INPUT", options.inputs,
                   "files or folders of case records, - for standard input")
      ->required();
  command->add_option("--from", options.from, "source format")
      ->check(CLI::IsMember({"case-json"}))
      ->capture_default_str();
  command->add_option("--bundle", options.bundle, "framing of the output")
      ->check(CLI::IsMember({"transaction", "collection", "ndjson"}))
      ->capture_default_str();
  command
      ->add_flag("--validate{yes}", options.validate,
                 "judge every bundle before it is written; one with an error is rejected; =strict: "
                 "codes outside extensible value sets and unknown extensions are errors")
      ->check(CLI::IsMember({"yes", "strict"}));
  command->add_option("--format", options.format, "form of the bundles")
      ->check(CLI::IsMember({"json", "xml"}))
      ->capture_default_str();
  command
      ->add_option(
          "--out", options.out,
          "folder, file, or - for standard output; a file appears once it is whole, NDJSON "
          "replaces the NDJSON of an earlier run in its folder")
      ->check(kNotEmpty)
      ->capture_default_str();
  command
      ->add_option("--threads", options.threads, "worker threads; the output does not depend on it")
      ->check(CLI::Range(1u, 256u))
      ->capture_default_str();
  auto* key = command
                  ->add_option("--id-key", options.id_key,
                               "file with the site key for resource ids (HMAC-SHA-256)")
                  ->check(kNotEmpty);
  command->add_option("--id-namespace", options.id_namespace, "UUID namespace for resource ids")
      ->check(kNotEmpty)
      ->excludes(key);
  command->add_option("--rejects", options.rejects, "file for rejected records (mode 0600)")
      ->check(kNotEmpty);
  command->add_option("--coverage", options.coverage, "file for the coverage report (mode 0600)")
      ->check(kNotEmpty);
  command->add_option("--fail-on", options.fail_on, "what makes the exit code 1")
      ->check(CLI::IsMember({"reject", "coverage"}))
      ->capture_default_str();
  command->add_option("--recorded", options.recorded, "time for Provenance: a FHIR instant, or now")
      ->check(kNotEmpty);
  command->add_option("--max-record", options.max_record, "bytes of the longest record")
      ->capture_default_str();
  command->add_flag("--narrative", options.narrative,
                    "write a short narrative into every resource");
  command->add_flag("--quiet", options.quiet, "no summary on standard error");
}

void add_validate(CLI::App& app, ValidateOptions& options) {
  auto* command = app.add_subcommand(
      "validate", "judge FHIR R4 resources against the standard and profiles, offline");
  command->footer(
      "Exit code: 0 everything is valid, 1 something is invalid, 2 something could not be judged\n"
      "(no JSON, no XML, no resource, cannot be read, or a wrong command line), 4 the output\n"
      "could not be written, 141 the reader of the output ended first (| head).");
  command->add_flag("--rules", options.rules, "print the table of rules (Markdown)");
  command->add_option("INPUT", options.inputs,
                      "files or folders (.json .xml .ndjson, also .gz .zst), "
                      "- for standard input");
  const auto list = [&](const char* name, std::vector<std::string>& values, const char* help) {
    command->add_option(name, values, help)->check(kNotEmpty)->allow_extra_args(false);
  };
  list("--profile", options.profiles,
       "judge against this profile too: canonical, name or id, also |VERSION; may be repeated");
  list("--bundle-profile", options.bundle_profiles,
       "Type=PROFILE: judge resources of that type in bundles against it; may be repeated");
  list("--package", options.packages, "NAME#VERSION from the FHIR package cache; may be repeated");
  list("--definitions", options.definitions,
       "folder, .tgz, or a StructureDefinition, ValueSet, CodeSystem or Questionnaire (.json, "
       ".xml, also .gz or .zst); may be repeated");
  command
      ->add_option("--package-cache", options.package_cache,
                   "folder of unpacked packages instead of ~/.fhir/packages")
      ->check(kNotEmpty);
  command->add_option("--format", options.format, "form of the report")
      ->check(CLI::IsMember({"text", "json", "ndjson", "junit", "sarif"}))
      ->capture_default_str();
  command->add_option("--level", options.level, "the least severity that is shown")
      ->check(CLI::IsMember({"error", "warning", "information"}))
      ->capture_default_str();
  command->add_option("--output", options.output, "file for the report (mode 0600), - for stdout")
      ->check(kNotEmpty)
      ->capture_default_str();
  command
      ->add_option("--suppress", options.suppress,
                   "file with lines `rule-id [expression] [profile] # reason`")
      ->check(kNotEmpty);
  command
      ->add_option("--threads", options.threads, "worker threads; the report does not depend on it")
      ->check(CLI::Range(1u, 256u))
      ->capture_default_str();
  command->add_flag("--strict", options.strict,
                    "codes outside extensible value sets and unknown extensions are errors");
  command->add_flag("--best-practice", options.best_practice, "report best-practice rules");
  command->add_flag("--check-references", options.check_references,
                    "a relative reference that nothing resolves is an error");
  command->add_flag("--security", options.security,
                    "strings and URLs of narratives that look like code are errors");
  command->add_flag("--no-example-urls", options.no_example_urls,
                    "http://example.org and the like are errors");
  command->add_flag("--display-warnings", options.display_warnings,
                    "a wrong display is a warning instead of an error");
  command->add_flag("--ignore-meta-profiles", options.ignore_meta_profiles,
                    "do not judge against meta.profile");
  command
      ->add_option("--max-issues", options.max_issues,
                   "issues named of a document, the severe ones first; others are counted")
      ->check(CLI::Range(1u, 1'000'000u))
      ->capture_default_str();
  command->add_option("--max-depth", options.max_depth, "levels that elements may nest")
      ->check(CLI::Range(1u, 10'000u))
      ->capture_default_str();
  command->add_option("--max-document", options.max_document, "bytes of the longest document")
      ->check(CLI::Range(std::size_t{1}, (std::size_t{1} << 32) - 1))
      ->capture_default_str();
  command->add_flag("--quiet", options.quiet, "nothing on standard error but faults");
}

void add_format(CLI::App& app, FormatOptions& options) {
  auto* command = app.add_subcommand("format", "turn FHIR R4 from JSON into XML and back");
  command
      ->add_option("INPUT", options.input,
                   "a file of JSON, XML or NDJSON, also gzip or zstd, - for standard input")
      ->required();
  command->add_option("--to", options.to, "form of the output; ndjson takes bundles apart")
      ->check(CLI::IsMember({"json", "xml", "ndjson"}))
      ->required();
  auto* pretty = command->add_flag("--pretty", options.pretty, "a line an element, indented");
  command->add_option("--out", options.out, "file (mode 0600), or - for standard output")
      ->check(kNotEmpty)
      ->capture_default_str();
  command->add_option("--max-depth", options.max_depth, "levels that elements may nest")
      ->check(CLI::Range(1u, 10'000u))
      ->capture_default_str();
  command->callback([=, &options] {
    if (pretty->count() > 0 && options.to == "ndjson") {
      throw CLI::ValidationError("--pretty", "NDJSON has one line a resource");
    }
  });
}

void add_fhirpath(CLI::App& app, FhirPathOptions& options) {
  auto* command = app.add_subcommand("fhirpath", "evaluate a FHIRPath expression on resources");
  command->add_option("EXPRESSION", options.expression, "for example Patient.name.given")
      ->required()
      ->check(kNotEmpty);
  command
      ->add_option("INPUT", options.inputs,
                   "files or folders of JSON, XML or NDJSON, also gzip or zstd, - for standard "
                   "input")
      ->required();
  const auto list = [&](const char* name, std::vector<std::string>& values, const char* help) {
    command->add_option(name, values, help)->check(kNotEmpty)->allow_extra_args(false);
  };
  list(
      "--package", options.packages,
      "NAME#VERSION from the FHIR package cache, for memberOf() and conformsTo(); may be repeated");
  list("--definitions", options.definitions,
       "folder, .tgz, or a StructureDefinition, ValueSet or CodeSystem (.json, .xml, also .gz or "
       ".zst); may be repeated");
  command
      ->add_option("--package-cache", options.package_cache,
                   "folder of unpacked packages instead of ~/.fhir/packages")
      ->check(kNotEmpty);
  command->add_flag("--json", options.json,
                    "a line of JSON an item: file, line, column, location, type, value");
}

void add_terms(CLI::App& app, TermsOptions& options) {
  auto* command = app.add_subcommand("terms", "show what a wording resolves to, and why");
  command->add_option("WORDS", options.words, "a wording; without one the whole field is listed");
  command->add_option("--field", options.field, "only this field of the code tables");
}

void add_schema(CLI::App& app, SchemaOptions& options) {
  auto* command = app.add_subcommand("schema", "print the JSON Schema of a case record");
  command->add_flag("--reference", options.reference,
                    "print the field reference (Markdown) instead");
}

void add_definitions(CLI::App& app, DefinitionsOptions& options) {
  auto* command =
      app.add_subcommand("definitions", "list or show the FHIR definitions that the judge knows");
  command->require_subcommand(1);
  auto* list = command->add_subcommand("list", "a line a definition");
  list->add_option("TEXT", options.name, "only those with this in their canonical or name");
  auto* show = command->add_subcommand("show", "one definition, a line an element or code");
  show->add_option("NAME", options.name, "a canonical, a name, an id or a type")->required();
  show->callback([&options] { options.show = true; });
  show->footer(
      "What is shown: first the constraints, each once; then the definition; then a line an "
      "element,\n"
      "named by its id, all that it inherits included:\n"
      "  Patient.name 1..* HumanName       at least one; its type\n"
      "  Patient.extension:race            the slice `race` of extension\n"
      "  Extension[PROFILE,...]            of a type that conforms to one of the profiles\n"
      "  Reference(TARGET,...){bundled}    what it may refer to; contained, referenced or "
      "bundled;\n"
      "                                    independent or specific of a version\n"
      "  binding=required:VALUESET         strength and value set of its codes; maxValueSet= and\n"
      "                                    additional= further ones\n"
      "  fixedCode=VALUE patternCoding=VALUE minValue..= maxValue..= maxLength= regex=\n"
      "  slicing=open by=value:system      rules and discriminators of its slices; +ordered\n"
      "  ref=#Observation.referenceRange   has the elements of that one\n"
      "  constraints=ele-1,dom-6           names of the constraints that hold for it\n"
      "  +mustSupport +isModifier +xmlAttr flags\n"
      "A canonical without a colon is below http://hl7.org/fhir/StructureDefinition/. Value sets "
      "have\n"
      "include, exclude, filter and codes; code systems a concept a line, narrower ones indented.");
  for (auto* action : {list, show}) {
    action->add_option("--kind", options.kind, "only definitions of this kind")
        ->check(CLI::IsMember({"type", "profile", "extension", "valueset", "codesystem"}));
    action
        ->add_option("--package", options.packages,
                     "NAME#VERSION of the package cache; list: only such packages")
        ->check(kNotEmpty);
    action
        ->add_option(
            "--definitions", options.paths,
            "folder, .tgz or file (.json, .xml, also .gz or .zst) with further definitions")
        ->check(kNotEmpty);
    action->add_option("--cache", options.cache, "package cache, by default ~/.fhir/packages")
        ->check(kNotEmpty);
  }
}

void add_sandbox(CLI::App& app, SandboxOptions& options) {
  auto* command = app.add_subcommand("sandbox", "run a small in-memory FHIR server for trials");
  command->add_option("--port", options.port, "port on 127.0.0.1; 0: a free one")
      ->capture_default_str();
  command->add_option("--max-body", options.max_body, "bytes of the longest request")
      ->capture_default_str();
  command
      ->add_option("--ready-file", options.ready_file,
                   "file that gets the base URL once the server listens")
      ->check(kNotEmpty);
}

void add_push(CLI::App& app, PushOptions& options) {
  auto* command = app.add_subcommand("push", "send transaction bundles to a FHIR server");
  command
      ->add_option("INPUT", options.inputs,
                   "bundle files (one or several in each) or folders, - for standard input")
      ->required();
  command->add_option("--server", options.server, "FHIR base URL")->required();
  command->add_flag("--verify", options.verify, "read every resource back and compare");
  command->add_option("--report", options.report, "file with one JSON line a resource (mode 0600)")
      ->check(kNotEmpty);
  command->add_flag("--quiet", options.quiet, "no summary on standard error");
}

// CLI11 takes the next argument for the value of `--option=`.
bool has_empty_value(const std::string& argument) {
  return argument.starts_with("--") && argument.find('=') == argument.size() - 1;
}

int run(int argc, char** argv) {
  for (int i = 1; i < argc && std::string_view(argv[i]) != "--"; ++i) {
    if (!has_empty_value(argv[i])) continue;
    std::cerr << "oncobridge: an option is followed by = and no value\n";
    return kUsage;
  }
  CLI::App app("Oncobridge: oncology case records to FHIR R4 / mCODE, delivered", "oncobridge");
  app.set_version_flag("--version", "oncobridge " ONCOBRIDGE_VERSION);
  app.require_subcommand(1);
  ConvertOptions convert;
  ValidateOptions validate;
  FormatOptions format;
  FhirPathOptions fhirpath;
  TermsOptions terms;
  SchemaOptions schema;
  DefinitionsOptions definitions;
  SandboxOptions sandbox;
  PushOptions push;
  add_convert(app, convert);
  add_validate(app, validate);
  add_format(app, format);
  add_fhirpath(app, fhirpath);
  add_terms(app, terms);
  add_schema(app, schema);
  add_definitions(app, definitions);
  add_sandbox(app, sandbox);
  add_push(app, push);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kOk : kUsage;
  }
  const std::string name = app.get_subcommands().front()->get_name();
  if (name == "convert") return run_convert(convert);
  if (name == "validate") return run_validate(validate);
  if (name == "format") return run_format(format);
  if (name == "fhirpath") return run_fhirpath(fhirpath);
  if (name == "terms") return run_terms(terms);
  if (name == "schema") return run_schema(schema);
  if (name == "definitions") return run_definitions(definitions);
  if (name == "sandbox") return run_sandbox(sandbox);
  return run_push(push);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::bad_alloc&) {
    std::cerr << "oncobridge: out of memory (lower --threads or --max-record)\n";
    return kInternal;
  } catch (const std::exception&) {
    // The message of an exception may quote input: it is not printed.
    std::cerr << "oncobridge: internal error; please report the command and the version\n";
    return kInternal;
  }
}
