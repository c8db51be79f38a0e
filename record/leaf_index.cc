#include <algorithm>

#include "oncobridge/record/record_reader.h"

namespace oncobridge {

Place place_in(const RecordBytes& record, std::uint32_t offset) {
  const std::string_view before = record.bytes.substr(0, offset);
  const std::size_t line_start = before.rfind('\n');
  Place place;
  place.line = record.first_line +
               static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n'));
  place.column = line_start == std::string_view::npos
                     ? record.first_column + offset
                     : offset - static_cast<std::uint32_t>(line_start);
  return place;
}

namespace {

void append_step(std::string& path, const Field& field, std::uint32_t index, bool with_positions) {
  if (!path.empty()) path += '.';
  path += field.name;
  if (with_positions && field.is_list) path += '[' + std::to_string(index) + ']';
}

void append_node(const LeafIndex& index, std::uint32_t node, bool with_positions,
                 std::string& path) {
  const LeafIndex::Node& at = index.nodes[node];
  if (at.field == nullptr) return;
  append_node(index, at.parent, with_positions, path);
  append_step(path, *at.field, at.index, with_positions);
}

}  // namespace

std::string LeafIndex::path_of_node(std::uint32_t node) const {
  std::string path;
  append_node(*this, node, true, path);
  return path;
}

std::string LeafIndex::path(Leaf leaf) const {
  const LeafPlace& place = leaves[leaf - 1];
  std::string path = path_of_node(place.node);
  append_step(path, *place.field, place.index, true);
  return path;
}

std::string LeafIndex::field_path(Leaf leaf) const {
  const LeafPlace& place = leaves[leaf - 1];
  std::string path;
  append_node(*this, place.node, false, path);
  append_step(path, *place.field, 0, false);
  return path;
}

}  // namespace oncobridge
