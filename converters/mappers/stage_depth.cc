#include "converters/mappers/stage_depth.h"

#include "converters/mappers/condition_parts.h"
#include "oncobridge/base/text.h"

namespace oncobridge {

Depth depth_of(const Mapping& m, const OtherStage& stage) {
  if (!stage.system.is(StageSystem::breslow) || stage.value.term != nullptr ||
      term_in(m, TermField::stage_value_breslow, stage.value) != nullptr) {
    return {};
  }
  std::string_view text = stage.value.text;
  const auto skip_blanks = [&text] {
    while (text.starts_with(' ')) text.remove_prefix(1);
  };
  Depth depth{};
  for (const std::string_view sign : {"<=", ">=", "<", ">"}) {
    if (!text.starts_with(sign)) continue;
    depth.comparator = sign;
    text.remove_prefix(sign.size());
    break;
  }
  skip_blanks();
  depth.number = text.substr(0, text.find_first_not_of("0123456789."));
  text.remove_prefix(depth.number.size());
  skip_blanks();
  if (!is_decimal(depth.number) || !is_measurable(depth.number)) return {};
  const Term* unit = m.terms().find(TermField::unit, text);
  for (const Fixed length : {Fixed::unit_millimeter, Fixed::unit_centimeter}) {
    if (unit == nullptr || unit->codings.front().code != m.fixed(length).codings.front().code)
      continue;
    depth.unit_text = text;
    depth.unit = unit;
  }
  return depth;
}

}  // namespace oncobridge
