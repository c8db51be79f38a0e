// libFuzzer target of definitions as FHIR publishes them, in JSON and XML: whatever becomes a
// definition can be written as text and read again.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "profiles/corrections.h"
#include "profiles/definition_reader.h"
#include "profiles/definition_store.h"
#include "profiles/definition_text.h"
#include "profiles/shipped_definitions.h"

using namespace oncobridge::profiles;  // NOLINT: one function

namespace {

template <typename Definition>
std::string text_again(const std::string& text, const Definition&) {
  const auto places = index_definitions(text);
  if (places.size() != 1) std::abort();
  if constexpr (std::is_same_v<Definition, StructureDefinition>) {
    const auto read = read_structure(places[0].text, ConstraintLines(text));
    return read ? to_text(*read) : std::string();
  } else if constexpr (std::is_same_v<Definition, ValueSet>) {
    const auto read = read_value_set(places[0].text);
    return read ? to_text(*read) : std::string();
  } else {
    const auto read = read_code_system(places[0].text);
    return read ? to_text(*read) : std::string();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const DefinitionStore* store = [] {
    auto* made = new DefinitionStore;
    made->add_shipped();
    return made;
  }();
  static auto* reader = new DefinitionReader(store);
  static const Corrections corrections(ShippedDefinitions::embedded().corrections());
  auto any = reader->read({reinterpret_cast<const char*>(data), size});
  if (!any) return 0;
  if (auto* structure = std::get_if<StructureDefinition>(&*any)) corrections.apply(*structure);
  std::visit(
      [](const auto& definition) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(definition)>, std::monostate>) {
          const std::string text = to_text(definition);
          if (text_again(text, definition) != text) std::abort();
        }
      },
      *any);
  return 0;
}
