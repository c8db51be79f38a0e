#include "tools/convert_steps.h"

#include <string>
#include <utility>

#include "oncobridge/fhir/tape_writer.h"
#include "profiles/element_order.h"

namespace oncobridge::tools {
namespace {

class XmlStep final : public OutputStep {
 public:
  explicit XmlStep(const profiles::Schema& schema)
      : schema_(schema), names_(schema.names()), tape_(names_) {}

  void process(const std::vector<std::string_view>& parts, Outcome& outcome) override {
    text_.clear();
    const bool sound = tape_.read_json(parts[0]) && tape_.faults().empty();
    if (sound) {
      profiles::assign_types(schema_, tape_, types_);
      profiles::order_elements(tape_, types_);
    }
    if (!sound || !append_xml(tape_, tape_.root(), text_)) {
      outcome.faults.push_back(Fault{"not-xml",
                                     "a text of the record cannot stand in XML",
                                     "take control characters out of the texts, or write JSON",
                                     "",
                                     {}});
      return;
    }
    text_ += '\n';
    outcome.rewritten.append(text_);
  }

 private:
  const profiles::Schema& schema_;
  Names names_;
  Tape tape_;
  std::vector<profiles::NodeType> types_;
  std::string text_;
};

class Steps final : public OutputStep {
 public:
  explicit Steps(std::vector<std::unique_ptr<OutputStep>> steps) : steps_(std::move(steps)) {}

  void process(const std::vector<std::string_view>& parts, Outcome& outcome) override {
    for (const auto& step : steps_) {
      step->process(parts, outcome);
      if (!outcome.faults.empty()) return;
    }
  }

 private:
  const std::vector<std::unique_ptr<OutputStep>> steps_;
};

}  // namespace

std::unique_ptr<OutputStep> make_xml_step(const profiles::Schema& schema) {
  return std::make_unique<XmlStep>(schema);
}

std::unique_ptr<OutputStep> make_steps(std::vector<std::unique_ptr<OutputStep>> steps) {
  return std::make_unique<Steps>(std::move(steps));
}

}  // namespace oncobridge::tools
