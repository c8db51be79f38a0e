// Drugs -> MedicationStatement of base R4 for what was received, for mCODE profiles only orders and
// administrations: CancerRelatedMedicationRequest where the record says ordered, -Administration
// where it says administered. The drugs of one regimen are parts of one Procedure that bears its
// name.
#include <algorithm>

#include "converters/mappers/dosage.h"
#include "converters/mappers/mappers.h"
#include "converters/mappers/treatment_parts.h"

namespace oncobridge {
namespace {

constexpr std::string_view kRequestProfile = "mcode-cancer-related-medication-request";
constexpr std::string_view kAdministrationProfile =
    "mcode-cancer-related-medication-administration";
constexpr std::string_view kAtc = "http://www.whocc.no/atc";

constexpr QuantityWords kCycles = {
    "Cycles: ", "Cycles, from: ", "Cycles, to: ", "Unit of the cycles: ", "Cycles as stated: "};

// Both profiles are for the cancer (mcode-reason-required), and a coded reason for ending goes with
// the status `stopped` only (termination-reason-invariant).
bool conforms(const Medication& medication, TreatmentStatus status) {
  return is_for_cancer(medication.condition) &&
         (medication.reason.term == nullptr || status == TreatmentStatus::stopped);
}

void regimen_id(Mapping& m, std::string_view label, UuidText& id) {
  m.ids().derive("regimen", label, id);
}

// ---- what the three types share

void extensions(Mapping& m, const Medication& medication) {
  const std::size_t mark = m.json().open_array("extension");
  treatment_intent(m, medication.intent, medication.phase);
  normalization_basis(m, medication.dosage);
  m.json().close_array(mark);
}

// A drug that no table knows but as a member of a class gets the class from ATC.
void drug(Mapping& m, const Medication& medication) {
  const Concept& drug = medication.drug;
  const Term* term = drug.term;
  if (term == nullptr) {
    term = m.terms().find(TermField::drug_class, drug.text);
    if (term != nullptr && term->codings.front().system != kAtc) term = nullptr;
  }
  m.codeable_as("medicationCodeableConcept", term, drug);
}

void notes(Mapping& m, const Medication& medication) {
  m.note("Line of therapy: ", medication.line);
  note_quantity(m, kCycles, medication.cycles);
}

void order_notes(Mapping& m, const Medication& medication) {
  m.note("Ordered by: ", medication.requester);
  if (medication.ordered) m.note("Ordered: ", medication.ordered.text, medication.ordered.leaf);
}

void part_of_regimen(Mapping& m, const Medication& medication) {
  if (!medication.regimen) return;
  UuidText id;
  regimen_id(m, m.use(medication.regimen).value, id);
  m.json().raw("partOf", "[");
  m.reference_element(ResourceType::Procedure, view(id));
  m.json().raw("]");
}

// Why a drug that was not simply received is a statement all the same.
void role_note(Mapping& m, const Medication& medication) {
  if (!medication.role || medication.role.is(MedicationRole::received)) return;
  const bool ordered = medication.role.is(MedicationRole::ordered);
  const bool negative = medication.fact.negative();
  const bool planned = medication.status.is(TreatmentStatus::planned);
  m.note(ordered    ? "Explicitly not ordered."
         : negative ? "Explicitly not administered."
         : planned  ? "Stated as an administration that is planned."
                    : "Stated as administered, without a date that can be written.",
         {}, medication.role.leaf);
}

// ---- the three types

void write_statement(Mapping& m, const Medication& medication, TreatmentStatus status) {
  m.begin(ResourceType::MedicationStatement, medication.fact.id(), medication.fact);
  extensions(m, medication);
  part_of_regimen(m, medication);
  m.status(status_codes(status).statement);
  m.codeable_list("statusReason", medication.reason);
  drug(m, medication);
  m.subject();
  m.time("effective", medication.when);
  m.reason(medication.condition);
  dosages(m, "dosage", medication.dosage);
  notes(m, medication);
  order_notes(m, medication);
  role_note(m, medication);
  m.use(medication.role);
  m.end();
}

void requester(Mapping& m, const Text& requester) {
  m.json().key("requester");
  m.json().begin_object();
  if (requester) {
    m.text("display", requester);
  } else {
    m.reference_not_stated();
  }
  m.json().end_object();
}

// us-core-21: an order names who ordered it, or says that it is not stated.
void write_request(Mapping& m, const Medication& medication, TreatmentStatus status) {
  const bool claims = conforms(medication, status) && doses_are_coded(medication.dosage);
  m.begin(ResourceType::MedicationRequest, medication.fact.id(), medication.fact,
          claims ? kRequestProfile : std::string_view{});
  m.use(medication.role);
  extensions(m, medication);
  if (medication.regimen) {
    m.json().key("groupIdentifier");
    m.json().begin_object();
    m.text("value", medication.regimen);
    m.json().end_object();
  }
  m.status(status_codes(status).request);
  m.codeable("statusReason", medication.reason);
  m.json().plain("intent", "order");
  // A record abstracted from documents is not the order itself.
  if (!m.record().sources.empty()) m.json().boolean("reportedBoolean", true);
  drug(m, medication);
  m.subject();
  m.date("authoredOn", medication.ordered);
  requester(m, medication.requester);
  m.reason(medication.condition);
  dosages(m, "dosageInstruction", medication.dosage);
  note_time(m, medication.when);
  notes(m, medication);
  m.end();
}

void write_administration(Mapping& m, const Medication& medication, TreatmentStatus status) {
  m.begin(ResourceType::MedicationAdministration, medication.fact.id(), medication.fact,
          conforms(medication, status) ? kAdministrationProfile : std::string_view{});
  m.use(medication.role);
  extensions(m, medication);
  part_of_regimen(m, medication);
  m.status(status_codes(status).administration);
  m.codeable_list("statusReason", medication.reason);
  drug(m, medication);
  m.subject();
  m.time("effective", medication.when);
  m.reason(medication.condition);
  administered_dosage(m, medication.dosage);
  notes(m, medication);
  order_notes(m, medication);
  m.end();
}

// An administration needs a time (effective[x] 1..1) and cannot be planned; a drug that was not
// ordered was not taken.
void write(Mapping& m, const Medication& medication) {
  const TreatmentStatus status =
      treatment_status(m, medication.fact, medication.status, completed_if_ended(medication.when));
  const When& when = medication.when;
  if (medication.role.is(MedicationRole::ordered) && !medication.fact.negative()) {
    write_request(m, medication, status);
  } else if (medication.role.is(MedicationRole::administered) && has_time(when) &&
             status != TreatmentStatus::planned) {
    write_administration(m, medication, status);
  } else {
    write_statement(m, medication, status);
  }
}

// ---- regimens

// A regimen has the status of its drugs if they agree.
TreatmentStatus status_of(const List<Medication>& medications, const Mapping::Entry* first,
                          const Mapping::Entry* last) {
  const auto status = [&](const Mapping::Entry& entry) {
    const Medication& medication = medications.items[entry.index];
    return stated_status(medication.fact, medication.status, completed_if_ended(medication.when));
  };
  const TreatmentStatus result = status(*first);
  const bool agree =
      std::all_of(first, last, [&](const auto& entry) { return status(entry) == result; });
  return agree ? result : TreatmentStatus::unknown;
}

bool same_conditions(const Medication& a, const Medication& b) {
  return std::equal(a.condition.begin(), a.condition.end(), b.condition.begin(), b.condition.end(),
                    [](const Ref& x, const Ref& y) { return x.target == y.target; });
}

void write_regimen(Mapping& m, const Mapping::Entry* first, const Mapping::Entry* last) {
  const List<Medication>& medications = m.record().medications;
  const Medication& medication = medications.items[first->index];
  UuidText id;
  regimen_id(m, first->name, id);
  m.begin(ResourceType::Procedure, view(id), medication.fact);
  m.status(status_codes(status_of(medications, first, last)).procedure);
  m.codeable("code", nullptr, first->name);
  m.subject();
  const bool agree = std::all_of(first, last, [&](const auto& entry) {
    return same_conditions(medications.items[entry.index], medication);
  });
  if (agree) m.reason(medication.condition);
  m.end(Mapping::Remarks::none);
}

// Requests cannot be part of a Procedure; they share a groupIdentifier instead.
void write_regimens(Mapping& m) {
  const List<Medication>& medications = m.record().medications;
  std::vector<Mapping::Entry>& entries = m.scratch();
  for (std::uint32_t i = 0; i < medications.count; ++i) {
    const Medication& medication = medications.items[i];
    const bool requested =
        medication.role.is(MedicationRole::ordered) && !medication.fact.negative();
    if (medication.regimen && !requested) entries.push_back({medication.regimen.value, nullptr, i});
  }
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return a.name != b.name ? a.name < b.name : a.index < b.index;
  });
  const Mapping::Entry* const end = entries.data() + entries.size();
  for (const Mapping::Entry* first = entries.data(); first != end;) {
    const Mapping::Entry* last =
        std::find_if(first, end, [&](const auto& entry) { return entry.name != first->name; });
    write_regimen(m, first, last);
    first = last;
  }
}

}  // namespace

void map_medications(Mapping& m) {
  for (const Medication& medication : m.record().medications) write(m, medication);
  write_regimens(m);
}

}  // namespace oncobridge
