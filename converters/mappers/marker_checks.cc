#include "converters/mappers/marker_checks.h"

#include <charconv>

namespace oncobridge {
namespace {

double number(std::string_view decimal) {
  double value = 0;
  std::from_chars(decimal.data(), decimal.data() + decimal.size(), value);
  return value;
}

bool adds_up(const AllredScore& score) {
  const auto [proportion, intensity, total] = score;
  if (proportion && intensity && (proportion.value == 0) != (intensity.value == 0)) return false;
  if (!total) return true;
  if (proportion && intensity) return total.value == proportion.value + intensity.value;
  return total.value >= proportion.value + intensity.value;  // one of them, or none
}

// Concentrations and what is counted in or out of cells. Other values may be scores of any kind.
bool has_no_sign(Quantity Marker::*which, Measure unit) {
  if (which != &Marker::value) return true;
  return unit == Measure::mass || unit == Measure::substance || unit == Measure::units ||
         unit == Measure::number;
}

}  // namespace

void check_number(Mapping& m, const Marker& marker, Quantity Marker::*which) {
  const Quantity& answer = marker.*which;
  const Measure unit = answer.unit.term != nullptr ? answer.unit.term->measure : Measure::none;
  const bool percent = which == &Marker::percent && (!answer.unit || unit == Measure::fraction);
  for (const Decimal* decimal : {&answer.value, &answer.low, &answer.high}) {
    if (!*decimal) continue;
    const double value = number(decimal->text);
    if (value < 0 && has_no_sign(which, unit)) {
      m.contradiction("below-zero", decimal->leaf,
                      "The stated value is not possible: it is below 0.");
    } else if (percent && value > 100) {
      m.contradiction("percent-above-100", decimal->leaf,
                      "The stated value is not possible: a percentage above 100.");
    }
  }
}

void check_allred(Mapping& m, const AllredScore& score) {
  if (score.total && score.total.value == 1) {
    m.contradiction("score-not-on-scale", score.total.leaf,
                    "The stated score is not possible: its scale does not have it.");
  } else if (!adds_up(score)) {
    m.contradiction("allred-does-not-add-up", score.total ? score.total.leaf : score.intensity.leaf,
                    "The stated values contradict each other: the Allred score does not add up.");
  }
}

}  // namespace oncobridge
