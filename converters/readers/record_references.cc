#include "converters/readers/record_references.h"

#include <algorithm>

#include "converters/readers/text_rules.h"

namespace oncobridge {

void RecordReferences::clear() {
  labels_.clear();
  references_.clear();
}

void RecordReferences::moved(Mark since, const char* from, char* to, std::size_t bytes) {
  const auto follow = [&](auto*& pointer) {
    const auto* at = reinterpret_cast<const char*>(pointer);
    if (at < from || at >= from + bytes) return;
    pointer = reinterpret_cast<std::remove_reference_t<decltype(pointer)>>(to + (at - from));
  };
  for (std::size_t i = since.labels; i < labels_.size(); ++i) follow(labels_[i].fact);
  for (std::size_t i = since.references; i < references_.size(); ++i) follow(references_[i].ref);
}

const std::vector<RecordReferences::Problem>& RecordReferences::resolve() {
  problems_.clear();
  // Sorted, because a hostile record can have a million of both.
  std::sort(labels_.begin(), labels_.end(), [](const Label& a, const Label& b) {
    return a.text != b.text ? a.text < b.text : a.fact->label.leaf < b.fact->label.leaf;
  });
  for (std::size_t i = 1; i < labels_.size(); ++i) {
    if (labels_[i].text != labels_[i - 1].text) continue;
    problems_.push_back({labels_[i].fact->label.leaf, "duplicate-id",
                         "another fact of the record has the same `id`",
                         "give each fact its own id", labels_[i].text});
  }
  for (const Reference& reference : references_) {
    Ref& ref = *reference.ref;
    const auto found = std::lower_bound(
        labels_.begin(), labels_.end(), ref.label,
        [](const Label& label, std::string_view text) { return label.text < text; });
    if (found == labels_.end() || found->text != ref.label) {
      problems_.push_back({ref.leaf, "unknown-reference", "no fact of the record has this `id`",
                           "add the fact or correct the reference", ref.label});
    } else if (!names_shape(reference.field->targets, found->fact->shape->name)) {
      problems_.push_back({ref.leaf, "wrong-reference",
                           "must refer to one of: " + std::string(reference.field->targets),
                           "correct the reference", ref.label});
    } else {
      ref.target = found->fact;
    }
  }
  std::sort(problems_.begin(), problems_.end(),
            [](const Problem& a, const Problem& b) { return a.leaf < b.leaf; });
  return problems_;
}

}  // namespace oncobridge
