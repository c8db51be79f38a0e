// RecordReferences: the `id`s of a record and the references to them, which may come first. Belongs
// to one reader and is reused from record to record.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "oncobridge/record/record_reader.h"

namespace oncobridge {

class RecordReferences {
 public:
  void clear();
  void add_label(Fact* fact) { labels_.push_back({fact->label.value, fact}); }
  void add_reference(Ref* ref, const Field* field) { references_.push_back({ref, field}); }

  // How many there are: what is added later lies behind the mark.
  struct Mark {
    std::size_t labels;
    std::size_t references;
  };
  Mark mark() const { return {labels_.size(), references_.size()}; }
  // Structures have moved in memory; those added since the mark that pointed into them follow.
  void moved(Mark since, const char* from, char* to, std::size_t bytes);

  struct Problem {
    Leaf leaf;
    std::string_view rule;
    std::string message;
    std::string_view advice;
    std::string_view value;
  };
  // Sets Ref::target of all references. What is wrong comes in the order of the record; valid until
  // the next call.
  const std::vector<Problem>& resolve();

 private:
  struct Label {
    std::string_view text;
    Fact* fact;
  };
  struct Reference {
    Ref* ref;
    const Field* field;
  };
  std::vector<Label> labels_;
  std::vector<Reference> references_;
  std::vector<Problem> problems_;
};

}  // namespace oncobridge
