// Coverage: how many facts of each field were met and how many ended in no resource. Counted by
// field path (`markers.percent.value`) without a string per fact. One object belongs to one thread;
// a run merges those of its chunks in input order.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "oncobridge/convert.h"
#include "oncobridge/record/record_reader.h"

namespace oncobridge {

class Coverage {
 public:
  struct Count {
    std::uint64_t facts = 0;
    std::uint64_t unused = 0;
    std::uint64_t uncoded = 0;
  };

  // Counts the leaves of one record. `sign` -1 takes a record back.
  void add(const LeafIndex& leaves, int sign = 1);
  void merge(const Coverage& other);
  void clear();
  Count total() const;
  std::vector<FieldCoverage> fields() const;

 private:
  // A step of a path: a field below a parent step. The steps of all fields of a structure stand
  // together, in the order of its shape.
  struct Step {
    const Field* field;
    std::uint32_t parent;
    std::uint32_t first_child;  // 0: none yet
    Count count;
  };
  // A structure of the record at hand: the first of its shape's fields and the step of that field.
  struct Structure {
    const Field* first_field;
    std::uint32_t first_step;
    std::uint32_t step_of(const Field* field) const {
      return first_step + static_cast<std::uint32_t>(field - first_field);
    }
  };
  std::uint32_t first_child(std::uint32_t parent);
  std::span<const Field> fields_below(std::uint32_t step) const;
  std::string path(std::uint32_t step) const;

  std::vector<Step> steps_ = {Step{nullptr, 0, 0, {}}};
  std::vector<Structure> structures_;  // by node of the record; reused
};

}  // namespace oncobridge
