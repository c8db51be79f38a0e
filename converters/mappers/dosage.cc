#include "converters/mappers/dosage.h"

#include "converters/mappers/treatment_parts.h"

namespace oncobridge {
namespace {

constexpr std::string_view kNormalizationBasis =
    "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-normalization-basis";

constexpr std::string_view kTimingUnits[] = {"", "s", "min", "h", "d", "wk", "mo", "a"};

constexpr QuantityWords kDose = {
    "Dose: ", "Dose, from: ", "Dose, to: ", "Unit of the dose: ", "Dose as stated: "};
constexpr QuantityWords kBounds = {"Duration: ", "Duration, from: ", "Duration, to: ",
                                   "Unit of the duration: ", "Duration as stated: "};

// A SimpleQuantity has no comparator (sqty-1).
bool is_simple(const Quantity& dose) { return dose.value && !dose.comparator; }
bool is_range(const Quantity& dose) { return !dose.value && (dose.low || dose.high); }

// Timing.repeat: frequency is a positiveInt, a period needs its unit (tim-2), and only the three
// together say how often.
bool repeats(const DosageStep& step) {
  return step.frequency.value > 0 && step.period && step.period_unit && step.period.text[0] != '-';
}

// A Duration has a coded unit of time (drt-1).
bool is_duration(const Quantity& bounds) {
  return is_simple(bounds) && is_time_unit(bounds.unit) && bounds.value.text[0] != '-';
}

void note_period(Mapping& m, const DosageStep& step) {
  m.note("Frequency: ", step.frequency);
  if (step.period) m.note("Period: ", step.period.text, step.period.leaf);
  if (step.period_unit) {
    m.note("Unit of the period: ", kTimingUnits[static_cast<std::size_t>(step.period_unit.value)],
           step.period_unit.leaf);
  }
}

void timing(Mapping& m, const DosageStep& step) {
  const bool bounded = is_duration(step.bounds);
  if (!bounded) note_quantity(m, kBounds, step.bounds);
  if (!repeats(step)) note_period(m, step);
  if (!bounded && !repeats(step)) return;
  m.json().key("timing");
  m.json().begin_object();
  m.json().key("repeat");
  m.json().begin_object();
  if (bounded) m.quantity("boundsDuration", step.bounds);
  if (repeats(step)) {
    m.json().number("frequency", m.use(step.frequency).value);
    m.json().number("period", m.use(step.period).text);
    m.json().plain("periodUnit",
                   kTimingUnits[static_cast<std::size_t>(m.use(step.period_unit).value)]);
  }
  m.json().end_object();
  m.json().end_object();
}

void dose(Mapping& m, const Quantity& dose) {
  if (!is_simple(dose) && !is_range(dose)) return note_quantity(m, kDose, dose);
  const std::size_t mark = m.json().open_array("doseAndRate");
  const std::size_t element = m.json().buffer().size();
  m.json().element();
  m.json().begin_object();
  is_range(dose) ? m.range("doseRange", dose) : m.quantity("doseQuantity", dose);
  // A reversed range is no Range.
  if (m.json().buffer().back() == '{') {
    m.json().buffer().truncate(element);
  } else {
    m.json().end_object();
  }
  m.json().close_array(mark);
}

const Term* basis_of(const Mapping& m, const DosageStep& step) {
  if (step.basis) return step.basis.term;
  if (step.dose.unit.term == nullptr) return nullptr;
  return m.terms().find(TermField::dose_basis, step.dose.unit.term->codings.front().code);
}

}  // namespace

void normalization_basis(Mapping& m, const List<DosageStep>& steps) {
  const Term* written = nullptr;
  for (const DosageStep& step : steps) {
    const Term* basis = basis_of(m, step);
    if (written == nullptr && basis != nullptr) {
      written = basis;
      const Concept& words = step.basis ? step.basis : step.dose.unit;
      m.extension_codeable(kNormalizationBasis, basis, m.coded(words, basis).text);
    } else if (basis != nullptr && basis == written) {
      m.coded(step.basis, basis);
    } else {
      m.note("Dose normalised to: ", step.basis);
    }
  }
}

void dosages(Mapping& m, std::string_view name, const List<DosageStep>& steps) {
  const std::size_t mark = m.json().open_array(name);
  for (std::uint32_t i = 0; i < steps.count; ++i) {
    const DosageStep& step = steps.items[i];
    const std::size_t start = m.json().buffer().size();
    m.json().element();
    m.json().begin_object();
    if (steps.count > 1) m.json().number("sequence", std::uint64_t{i} + 1);
    m.text("text", step.text);
    timing(m, step);
    m.codeable("route", step.route);
    dose(m, step.dose);
    if (m.json().buffer().back() == '{') {
      m.json().buffer().truncate(start);
    } else {
      m.json().end_object();
    }
  }
  m.json().close_array(mark);
}

void administered_dosage(Mapping& m, const List<DosageStep>& steps) {
  const DosageStep* given = nullptr;
  for (const DosageStep& step : steps) {
    if (given == nullptr && is_simple(step.dose)) {
      given = &step;
      continue;
    }
    m.note("Dosage: ", step.text);
    m.note("Route: ", step.route);
    note_quantity(m, kDose, step.dose);
    note_quantity(m, kBounds, step.bounds);
    note_period(m, step);
  }
  if (given == nullptr) return;
  m.json().key("dosage");
  m.json().begin_object();
  m.text("text", given->text);
  m.codeable("route", given->route);
  m.quantity("dose", given->dose);
  m.json().end_object();
  note_quantity(m, kBounds, given->bounds);
  note_period(m, *given);
}

bool doses_are_coded(const List<DosageStep>& steps) {
  for (const DosageStep& step : steps) {
    const bool written = is_simple(step.dose) || is_range(step.dose);
    if (written && step.dose.unit.term == nullptr) return false;
  }
  return true;
}

}  // namespace oncobridge
