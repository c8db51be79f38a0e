// RecordReader: turns the bytes of one record into a CaseRecord. A reader belongs to one worker;
// the record it returns is valid until its next read. Faults name line, column, path, value and
// rule, and all faults of a record are found, not only the first.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "oncobridge/base/result.h"
#include "oncobridge/record/case_record.h"
#include "oncobridge/record/shape.h"

namespace oncobridge {

// The bytes of one record and where they start in their input.
struct RecordBytes {
  std::string_view bytes;    // followed by at least kRecordPadding readable bytes
  std::uint32_t first_line;  // line of the first byte, from 1
  std::uint32_t first_column;
};
inline constexpr std::size_t kRecordPadding = 64;

// Line and column in the input of a byte of the record; columns count bytes.
Place place_in(const RecordBytes& record, std::uint32_t offset);

// Where a leaf of the record was, for faults and the coverage report.
struct LeafPlace {
  const Field* field;
  std::uint32_t node;    // index into LeafIndex::nodes of the structure that holds it
  std::uint32_t index;   // element of a list, 0 otherwise
  std::uint32_t offset;  // in the record's bytes
};

// The leaves of one record and the structures that hold them.
struct LeafIndex {
  struct Node {
    const Field* field;    // null for the record itself
    std::uint32_t parent;  // index of a node
    std::uint32_t index;   // element of a list
  };
  std::vector<Node> nodes;
  std::vector<LeafPlace> leaves;                // leaf n is at n - 1
  static constexpr unsigned char kUsed = 1;     // a mapper has written it
  static constexpr unsigned char kWording = 2;  // a wording that codes could stand beside
  static constexpr unsigned char kCoded = 4;    // a mapper has written codes beside it
  std::vector<unsigned char> used;

  // A wording that stands in a resource, but in words only.
  static bool is_uncoded(unsigned char used) {
    return (used & (kUsed | kWording | kCoded)) == (kUsed | kWording);
  }

  Leaf add(const Field* field, std::uint32_t node, std::uint32_t index, std::uint32_t offset) {
    leaves.push_back({field, node, index, offset});
    used.push_back(0);
    return static_cast<Leaf>(leaves.size());
  }
  void clear() {
    nodes.clear();
    leaves.clear();
    used.clear();
  }
  // e.g. `markers[2].percent.value`
  std::string path_of_node(std::uint32_t node) const;
  std::string path(Leaf leaf) const;
  // Without list positions: `markers.percent.value`.
  std::string field_path(Leaf leaf) const;
};

class RecordReader {
 public:
  virtual ~RecordReader() = default;
  // Null if the record has faults; they are in faults().
  virtual const CaseRecord* read(const RecordBytes& record) = 0;
  virtual const std::vector<Fault>& faults() const = 0;
  virtual LeafIndex& leaves() = 0;
};

}  // namespace oncobridge
