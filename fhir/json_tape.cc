#include "fhir/json_tape.h"

#include <algorithm>
#include <random>
#include <utility>

#include "fhir/byte_scan.h"

namespace oncobridge {
namespace {

// A name for a message: short, and cut before a byte that would be half a character.
std::string shown(std::string_view name) {
  constexpr std::size_t kLongest = 60;
  if (name.size() <= kLongest) return std::string(name);
  std::size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;
  return std::string(name.substr(0, end)) + "...";
}

bool is_container(NodeKind kind) {
  return kind == NodeKind::kObject || kind == NodeKind::kList || kind == NodeKind::kEmptyList;
}

}  // namespace

bool JsonTapeReader::read(Tape& tape, const TapeLimits& limits) {
  tape_ = &tape;
  limits_ = &limits;
  at_ = begin_ = tape.source_.data();
  end_ = begin_ + tape.source_.size();
  serial_ = 0;
  settled_ = 0;
  comments_wait_ = fatal_ = false;
  room_ = room_end_ = nullptr;
  frames_.clear();
  members_.clear();
  wide_.clear();
  wide_used_ = 0;
  resource_type_ = tape.names_.intern("resourceType");
  instance_ = tape.names_.intern("instance");
  const bool complete = read_document();
  if (comments_wait_) settle_comments(tape.root());
  tape.nodes_[kNoNode] = {};
  return complete;
}

bool JsonTapeReader::read_document() {
  if (tape_->source_.size() > UINT32_MAX) {
    return fatal("limit-text", begin_, "A document is smaller than 4 GiB");
  }
  if (is_wide_encoding(tape_->source_)) {
    return fatal("text-utf8", begin_, "The document is not UTF-8");
  }
  if (tape_->source_.starts_with(kByteOrderMark)) {
    fault("json-byte-order-mark", at_, kNoNode, "The document begins with a byte-order mark");
    at_ += kByteOrderMark.size();
  }
  frames_.emplace_back();
  last_bracket_ = find_last_bracket();
  const char c = next();
  if (at_ == end_) return fatal("json-syntax", at_, "The document is empty");
  if (!value(c, {})) return false;
  while (frames_.size() > 1) {
    if (!plain_steps()) return false;
    if (frames_.size() > 1 && !step()) return false;
  }
  next();
  if (fatal_) return false;
  if (at_ != end_) return fatal("json-syntax", at_, "Text follows the end of the JSON value");
  return true;
}

const char* JsonTapeReader::find_last_bracket() const {
  const char* end = end_;
  while (end != at_ && is_json_space(end[-1])) --end;
  return end != at_ && (end[-1] == '}' || end[-1] == ']') ? end : nullptr;
}

// Members and items as long as they are as nearly all are: separated by commas, no `_` part, names
// short, plain and new. Stops in front of others, of which step() takes one. The order of tests is
// that of frequency. The bracket that ends a document is taken as a bracket only, so that nothing
// is looked at behind it.
bool JsonTapeReader::plain_steps() {
  if (at_ >= last_bracket_) return true;
  while (!comments_wait_) {
    Frame& frame = frames_.back();
    if (!frame.plain) break;
    const char* at = at_;
    if (*at == ',' && !frame.fresh) {
      at = to_text(at + 1);
    } else {
      at = to_text(at);
      if (*at == frame.close) {
        at_ = at + 1;
        close();
        if (at_ == last_bracket_) break;
        continue;
      }
      if (!frame.fresh) {
        if (*at != ',') break;
        at = to_text(at + 1);
      }
    }
    const NodeId id = tape_->size();
    Spot spot;
    if (frame.close == '}') {
      if (*at != '"') break;
      spot.name_at = at;
      const Named named = plain_name(at);
      if (named.name == kNoName) break;
      const std::uint64_t bit = std::uint64_t{1} << (named.name & 63);
      if ((frame.seen & bit) != 0 && find_member(frame, named.name) != nullptr) [[unlikely]]
        break;
      at = past_colon(named.end);
      if (at == nullptr || *at == '/') break;
      if (named.name == resource_type_) [[unlikely]] {
        if (*at != '"' || tape_->nodes_[frame.owner].name == instance_) break;
        frame.seen |= bit;
        frame.comma_missed = frame.fresh = false;
        remember(frame, {named.name, kNoNode, true, false});
        at_ = at;
        Text type;
        if (!string(type)) return false;
        take_resource_type(frame, type);
        continue;
      }
      spot.name = named.name;
      frame.seen |= bit;
      frame.comma_missed = false;
      remember(frame, {named.name, id, true, false});
    } else {
      if (*at != '"' && *at != '{') break;
      spot.name = frame.name;
      spot.flags = frame.item_flags;
      frame.item_flags = kInList;
    }
    frame.fresh = false;
    at_ = at;
    if (*at == '"') {
      Text text;
      if (!string(text) || !append_plain(frame, id, spot, NodeKind::kString, at, text)) {
        return false;
      }
    } else if (*at == '{' && frame.depth < limits_->max_depth) {
      if (!append_plain(frame, id, spot, NodeKind::kObject, at, {})) return false;
      ++at_;
      open_frame(id, frame.depth + 1, false);
    } else if (*at == '[' && begins_plain_item(at + 1)) {
      ++at_;
      open_list_frame(Spot(spot));
    } else {
      if (!value(*at, Spot(spot))) return false;
      if (at_ >= last_bracket_) break;  // the value is an empty list
    }
  }
  return true;
}

// One member or item, or the end of an object or a list.
bool JsonTapeReader::step() {
  Frame& frame = frames_.back();
  char c = next();
  if (c == frame.close) {
    ++at_;
    close();
    return true;
  }
  if (!frame.fresh) {
    const bool list = frame.close == ']';
    if (c == ',') [[likely]] {
      const char* const comma = at_++;
      c = next();
      if (c == frame.close) {
        fault("json-trailing-comma", comma, frame.owner,
              list ? "A comma follows the last item of a list"
                   : "A comma follows the last member of an object");
        ++at_;
        close();
        return true;
      }
      if (!list) frame.comma_missed = false;
    } else if (c == '"' || is_json_token_byte(c) || (list && (c == '{' || c == '['))) {
      // A list in a member that lacked its comma is part of the same mishap.
      if (!list || !frame.comma_missed) {
        fault("json-missing-comma", at_, frame.owner,
              list ? "A comma is missing before an item of a list"
                   : "A comma is missing before a member of an object");
      }
      if (!list) frame.comma_missed = true;
    } else {
      return unexpected();
    }
  }
  return frame.close == '}' ? member(frame, c) : item(frame, c);
}

// The name of a member: at once if it is plain.
bool JsonTapeReader::member_name(char c, Spot& spot) {
  const Named named = c == '"' ? plain_name(at_) : Named();
  if (named.name == kNoName) return long_name(c, spot);
  spot.name = named.name;
  at_ = named.end;
  return true;
}

bool JsonTapeReader::long_name(char c, Spot& spot) {
  Text name;
  if (c == '"') {
    if (!string(name)) return false;
  } else {
    const char* const begin = at_;
    if (!token(name)) return unexpected();
    if (fatal_) return false;
    fault("json-unquoted", begin, frames_.back().owner,
          "The name '" + shown({name.data, name.length}) + "' has no quotes");
  }
  spot.pair = name.length > 1 && name.data[0] == '_';
  spot.name = tape_->names_.intern({name.data + spot.pair, name.length - spot.pair});
  return true;
}

bool JsonTapeReader::member(Frame& frame, char c) {
  frame.fresh = false;
  Spot spot;
  spot.name_at = at_;
  if (!member_name(c, spot)) return false;
  c = next();
  if (c != ':') return unexpected();
  ++at_;
  c = next();
  const bool pair = spot.pair;
  const std::uint64_t bit = std::uint64_t{1} << (spot.name & 63);
  if ((frame.seen & bit) == 0) [[likely]] {
    frame.seen |= bit;
    remember(frame, {spot.name, tape_->size(), !pair, pair});
  } else {
    meet_again(frame, pair, spot);
  }
  if (spot.name == resource_type_ && c == '"' && !pair && !frame.pair &&
      (spot.flags & kDuplicate) == 0 && tape_->nodes_[frame.owner].name != instance_) {
    Text type;
    if (!string(type)) return false;
    take_resource_type(frame, type);
    if (comments_wait_) settle_comments(frame.owner);
    if (spot.merge == kNoNode) find_member(frame, spot.name)->first = kNoNode;
    return true;
  }
  return value(c, spot);
}

void JsonTapeReader::take_resource_type(const Frame& frame, const Text& type) {
  Node& node = tape_->nodes_[frame.owner];
  node.text = type.data;
  node.length = type.length;
  node.flags |= kResource | type.flags;
}

bool JsonTapeReader::item(Frame& frame, char c) {
  Spot spot;
  spot.name = frame.name;
  spot.pair = frame.pair;
  spot.flags = frame.item_flags;
  frame.fresh = false;
  frame.item_flags = kInList;
  if (frame.merging) {
    spot.merge = frame.cursor;
    if (frame.cursor != kNoNode) {
      const NodeId after = tape_->nodes_[frame.cursor].next;
      const Node& node = tape_->nodes_[after];
      const bool same = after != kNoNode && node.name == frame.name && node.is(kInList) &&
                        !node.is(kFirstOfList) && !node.is(kDuplicate);
      frame.cursor = same ? after : kNoNode;
    }
  }
  return value(c, spot);
}

bool JsonTapeReader::value(char c, const Spot& spot) {
  switch (c) {
    case '"': {
      const char* const begin = at_;
      Text text;
      return string(text) && put(spot, NodeKind::kString, begin, text) != kNoNode;
    }
    case '{':
      return open_object(spot);
    case '[':
      return open_list(spot);
    case 't':
      return word("true", NodeKind::kTrue, spot);
    case 'f':
      return word("false", NodeKind::kFalse, spot);
    case 'n':
      // In a list, null says that only the other half has something here.
      return word("null", frames_.back().close == ']' ? NodeKind::kAbsent : NodeKind::kNull, spot);
    default:
      return number(spot);
  }
}

bool JsonTapeReader::too_deep(const char* at) {
  return fatal(
      "limit-depth", at,
      "Elements nest deeper than " + std::to_string(limits_->max_depth) + " levels, the limit");
}

bool JsonTapeReader::open_object(const Spot& spot) {
  const std::uint32_t depth = frames_.back().depth + 1;
  if (depth > limits_->max_depth) return too_deep(at_);
  const NodeId id = put(spot, NodeKind::kObject, at_, {});
  if (id == kNoNode) return false;
  ++at_;
  open_frame(id, depth, spot.pair);
  if (spot.merge != kNoNode) frames_.back().last = last_child(id);
  return true;
}

bool JsonTapeReader::open_list(const Spot& spot) {
  const char* const begin = at_++;
  if (next() == ']') {
    ++at_;
    return put(spot, NodeKind::kEmptyList, begin, {}) != kNoNode;
  }
  if (frames_.back().close != '}') return open_nested_list(spot, begin);
  open_list_frame(spot);
  return true;
}

// Of a list that is a member.
void JsonTapeReader::open_list_frame(const Spot& spot) {
  Frame& frame = frames_.emplace_back();
  const Frame& parent = frames_[frames_.size() - 2];
  frame.close = ']';
  frame.name = spot.name;
  frame.owner = parent.owner;
  frame.last = parent.last;
  frame.depth = parent.depth;
  frame.pair = spot.pair;
  frame.comma_missed = parent.comma_missed;
  frame.item_flags = kInList | kFirstOfList | spot.flags;
  frame.merging = spot.merge != kNoNode;
  frame.plain = !frame.pair && !frame.merging;
  frame.cursor = spot.merge;
  if (frame.merging && !tape_->nodes_[spot.merge].is(kInList)) {
    tape_->nodes_[spot.merge].flags |= kPairMismatch;
  }
}

bool JsonTapeReader::open_nested_list(const Spot& spot, const char* begin) {
  const std::uint32_t depth = frames_.back().depth + 1;
  if (depth > limits_->max_depth) return too_deep(begin);
  const NodeId id = put(spot, NodeKind::kList, begin, {});
  if (id == kNoNode) return false;
  Frame& frame = frames_.emplace_back();
  frame.close = ']';
  frame.name = spot.name;
  frame.owner = id;
  frame.depth = depth;
  frame.item_flags = kInList | kFirstOfList;
  frame.nested = true;
  if (spot.merge != kNoNode) frame.last = last_child(id);
  return true;
}

// The newest member of an object with many; the first time all of them move to the hash.
void JsonTapeReader::remember_wide(const Frame& frame) {
  const auto end = static_cast<std::uint32_t>(members_.size());
  const bool first = frame.member_count == kNarrow + 1;
  for (std::uint32_t i = first ? frame.members : end - 1; i < end; ++i) {
    put_wide({frame.serial, members_[i].name, i});
  }
}

// A name that stood before, or one that shares its bit.
void JsonTapeReader::meet_again(Frame& frame, bool pair, Spot& spot) {
  Member* const known = find_member(frame, spot.name);
  if (known == nullptr) return remember(frame, {spot.name, tape_->size(), !pair, pair});
  bool& has = pair ? known->has_pair : known->has_value;
  if (has) {
    spot.flags |= kDuplicate;
    fault("json-duplicate-name", spot.name_at, frame.owner,
          "The name '" + std::string(pair ? "_" : "") + shown(tape_->names_.text(spot.name)) +
              "' stands twice in an object");
    return;
  }
  has = true;
  spot.merge = known->first;
}

JsonTapeReader::Member* JsonTapeReader::find_member(const Frame& frame, NameId name) {
  if (frame.member_count <= kNarrow) {
    for (std::size_t i = frame.members; i < members_.size(); ++i) {
      if (members_[i].name == name) return &members_[i];
    }
    return nullptr;
  }
  const std::size_t mask = wide_.size() - 1;
  const WideSlot wanted{frame.serial, name, 0};
  for (std::size_t i = wide_hash(wanted) & mask; wide_[i].serial != 0; i = (i + 1) & mask) {
    if (wide_[i].serial == frame.serial && wide_[i].name == name) return &members_[wide_[i].member];
  }
  return nullptr;
}

std::uint64_t JsonTapeReader::wide_hash(const WideSlot& slot) const {
  std::uint64_t hash = (std::uint64_t{slot.serial} << 32 | slot.name) ^ seed_;
  hash = (hash ^ hash >> 32) * 0xD6E8FEB86659FD93u;
  hash = (hash ^ hash >> 32) * 0xD6E8FEB86659FD93u;
  return hash ^ hash >> 32;
}

void JsonTapeReader::put_wide(const WideSlot& slot) {
  if (wide_.empty()) wide_.resize(1024);
  // Names come from the document; where they go must not be known to it.
  if (seed_ == 0) {
    seed_ = std::uint64_t{std::random_device{}()} << 32 | std::random_device{}();
  }
  if (++wide_used_ * 2 > wide_.size()) {
    const std::vector<WideSlot> before(std::move(wide_));
    wide_.assign(before.size() * 2, {});
    wide_used_ = 1;
    for (const WideSlot& old : before) {
      if (old.serial != 0) put_wide(old);
    }
  }
  const std::size_t mask = wide_.size() - 1;
  std::size_t i = wide_hash(slot) & mask;
  while (wide_[i].serial != 0) i = (i + 1) & mask;
  wide_[i] = slot;
}

bool JsonTapeReader::too_many(const char* at) {
  return fatal(
      "limit-nodes", at,
      "The document has more than " + std::to_string(limits_->max_nodes) + " elements, the limit");
}

NodeId JsonTapeReader::append(const Spot& spot, NodeKind kind, const char* at) {
  std::vector<Node>& nodes = tape_->nodes_;
  const NodeId id = tape_->size();
  if (id > limits_->max_nodes) {
    too_many(at);
    return kNoNode;
  }
  Frame& frame = frames_.back();
  Node& node = nodes.emplace_back();
  node.name = spot.name;
  node.parent = frame.owner;
  node.place = place(at);
  node.name_place = spot.name_at == nullptr ? node.place : place(spot.name_at);
  node.kind = kind;
  node.flags = spot.flags;
  if (frame.last == kNoNode) {
    nodes[frame.owner].first = id;
  } else {
    node.next = nodes[frame.last].next;
    nodes[frame.last].next = id;
  }
  frame.last = id;
  if (comments_wait_) settle_comments(id);
  return id;
}

NodeId JsonTapeReader::put(const Spot& spot, NodeKind kind, const char* at, const Text& text) {
  if (spot.pair || spot.merge != kNoNode) [[unlikely]]
    return put_half(spot, kind, at, text);
  const NodeId id = append(spot, kind, at);
  Node& node = tape_->nodes_[id];
  node.text = text.data;
  node.length = text.length;
  node.flags |= text.flags;
  return id;
}

// `_x`, or the second of `x` and `_x`.
NodeId JsonTapeReader::put_half(const Spot& spot, NodeKind kind, const char* at, const Text& text) {
  const bool in_list = frames_.back().close == ']';
  NodeId id = spot.merge;
  if (id == kNoNode) {
    id = append(spot, NodeKind::kAbsent, at);
    if (id == kNoNode) return id;
  } else {
    if (in_list) frames_.back().last = id;
    if (comments_wait_) settle_comments(id);
  }
  Node& node = tape_->nodes_[id];
  if (spot.pair) {
    put_pair(node, kind, in_list);
  } else {
    put_value(node, spot, kind, at, text);
  }
  return id;
}

void JsonTapeReader::put_pair(Node& node, NodeKind kind, bool in_list) {
  if (kind == NodeKind::kAbsent) return;  // null in a list: nothing beside the value
  node.flags |= kPaired;
  const bool alone = node.kind == NodeKind::kAbsent;
  if (kind == NodeKind::kEmptyList && alone && !in_list && node.first == kNoNode) {
    node.kind = kind;
  } else if (kind != NodeKind::kObject || is_container(node.kind) || in_list != node.is(kInList)) {
    node.flags |= kPairMismatch;
  }
}

void JsonTapeReader::put_value(Node& node, const Spot& spot, NodeKind kind, const char* at,
                               const Text& text) {
  const bool in_list = (spot.flags & kInList) != 0;
  if (is_container(kind) || in_list != node.is(kInList)) node.flags |= kPairMismatch;
  if (!in_list) node.flags &= static_cast<std::uint8_t>(~(kInList | kFirstOfList));
  node.flags |= spot.flags | text.flags;
  node.kind = kind;
  node.text = text.data;
  node.length = text.length;
  node.place = place(at);
  node.name_place = spot.name_at == nullptr ? node.place : place(spot.name_at);
}

NodeId JsonTapeReader::last_child(NodeId id) const {
  NodeId last = tape_->nodes_[id].first;
  while (last != kNoNode && tape_->nodes_[last].next != kNoNode) last = tape_->nodes_[last].next;
  return last;
}

void JsonTapeReader::fault(std::string_view rule, const char* at, NodeId node,
                           std::string message) {
  if (tape_->faults_.size() >= limits_->max_faults) return;
  tape_->faults_.push_back({rule, place(at), false, std::move(message), node});
}

bool JsonTapeReader::fatal(std::string_view rule, const char* at, std::string message) {
  if (!fatal_) {
    const NodeId node = frames_.empty() ? kNoNode : frames_.back().owner;
    tape_->faults_.push_back({rule, place(at), true, std::move(message), node});
  }
  fatal_ = true;
  return false;
}

bool JsonTapeReader::unexpected() {
  if (at_ == end_) return fatal("json-syntax", at_, "The document ends before it is complete");
  const char close = frames_.back().close;
  if (*at_ != '}' && *at_ != ']') return fatal("json-syntax", at_, "Unexpected character");
  std::string message = std::string("Unexpected '") + *at_ + "'";
  if (close != '\0' && close != *at_) message += std::string(", expected '") + close + "'";
  return fatal("json-syntax", at_, std::move(message));
}

// A comment is told at the element that follows it, as the HL7 validator does.
void JsonTapeReader::settle_comments(NodeId node) {
  for (std::size_t i = settled_; i < tape_->faults_.size(); ++i) {
    if (tape_->faults_[i].rule == "json-comment") tape_->faults_[i].node = node;
  }
  settled_ = tape_->faults_.size();
  comments_wait_ = false;
}

}  // namespace oncobridge
