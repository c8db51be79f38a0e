#include "profiles/definition_reader.h"

#include "fhir/byte_scan.h"
#include "oncobridge/fhir/tape.h"
#include "profiles/definition_members.h"
#include "profiles/structure_reader.h"
#include "profiles/terms_reader.h"

namespace oncobridge::profiles {

struct DefinitionReader::Impl {
  explicit Impl(const DefinitionStore* store)
      : types(store), members(table), names(table), tape(names) {}

  const DefinitionStore* types;
  NameTable table;
  Members members;
  Names names;
  Tape tape;
  bool keep_differentials = false;
  std::optional<Fault> fault;

  Fault syntax_fault(std::string message, const SyntaxFault& at) const {
    Fault fault{"definition-syntax", std::move(message), {}, {}, {}};
    const LineColumn place = tape.line_column(at.place);
    fault.place.line = place.line;
    fault.place.column = place.column;
    return fault;
  }
};

DefinitionReader::DefinitionReader(const DefinitionStore* types)
    : impl_(std::make_unique<Impl>(types)) {}
DefinitionReader::~DefinitionReader() = default;

void DefinitionReader::keep_differentials(bool keep) { impl_->keep_differentials = keep; }

const std::optional<Fault>& DefinitionReader::fault() const { return impl_->fault; }

std::string_view DefinitionReader::resource_type() const {
  const NodeId root = impl_->tape.root();
  const bool resource = root != kNoNode && impl_->tape[root].is(kResource);
  return resource ? impl_->tape[root].value() : std::string_view();
}

Result<AnyDefinition> DefinitionReader::read(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  impl_->names.reset();
  Tape& tape = impl_->tape;
  if (!(begins_as_xml(bytes) ? tape.read_xml(bytes) : tape.read_json(bytes)) ||
      tape.root() == kNoNode) {
    if (tape.faults().empty()) {
      return oncobridge::fault("definition-syntax", "no JSON and no XML: it is empty");
    }
    const SyntaxFault& last = tape.faults().back();
    const bool limit = last.rule.starts_with("limit-");
    return tl::unexpected(
        impl_->syntax_fault((limit ? "" : "no JSON and no XML: ") + last.message, last));
  }
  impl_->fault.reset();
  if (!tape.faults().empty()) {
    impl_->fault = impl_->syntax_fault(tape.faults().front().message, tape.faults().front());
  }
  AnyDefinition any;
  std::string_view url;
  const std::string_view type = resource_type();
  if (type == "StructureDefinition") {
    StructureDefinition& structure = any.emplace<StructureDefinition>();
    read_structure(impl_->members, tape, tape.root(),
                   impl_->keep_differentials ? StructureParts::kBoth : StructureParts::kEither,
                   impl_->types, structure);
    url = structure.url;
  } else if (type == "ValueSet") {
    ValueSet& value_set = any.emplace<ValueSet>();
    read_value_set(impl_->members, tape, tape.root(), value_set);
    url = value_set.url;
  } else if (type == "CodeSystem") {
    CodeSystem& system = any.emplace<CodeSystem>();
    read_code_system(impl_->members, tape, tape.root(), system);
    url = system.url;
  } else {
    return any;
  }
  if (url.empty()) {
    return oncobridge::fault("definition-broken",
                             "a " + std::string(type) + " without a canonical URL");
  }
  return any;
}

}  // namespace oncobridge::profiles
