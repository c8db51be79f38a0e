// The tables of a case record: what reader, schema, keys and coverage take for granted.
#include "oncobridge/record/shape.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "converters/readers/text_rules.h"
#include "oncobridge/record/record_reader.h"

namespace oncobridge {
namespace {

void collect(const Shape& shape, std::vector<const Shape*>& found) {
  if (std::find(found.begin(), found.end(), &shape) != found.end()) return;
  found.push_back(&shape);
  for (const Field& field : shape.fields) {
    if (field.kind == Kind::object) collect(*field.shape, found);
  }
}

std::vector<const Shape*> shapes() {
  std::vector<const Shape*> found;
  collect(case_record_shape(), found);
  return found;
}

TEST(Shape, NamesAreUniqueAndFitTheReader) {
  std::set<std::string_view> names;
  for (const Shape* shape : shapes()) {
    EXPECT_TRUE(names.insert(shape->name).second) << shape->name;
    EXPECT_LE(shape->fields.size(), 64u)
        << shape->name << ": the reader marks seen fields in 64 bits";
    std::set<std::string_view> fields;
    for (const Field& field : shape->fields) {
      EXPECT_TRUE(fields.insert(field.name).second) << shape->name << "." << field.name;
      EXPECT_LT(field.name.size(), kRecordPadding)
          << "names are compared in the padding behind the record";
      EXPECT_FALSE(field.doc.empty()) << shape->name << "." << field.name;
    }
  }
  EXPECT_GT(names.size(), 30u);
}

TEST(Shape, FieldsLieInTheirStructureWithoutOverlapping) {
  for (const Shape* shape : shapes()) {
    std::set<std::size_t> offsets;
    for (const Field& field : shape->fields) {
      EXPECT_LT(field.offset, shape->size) << shape->name << "." << field.name;
      EXPECT_TRUE(offsets.insert(field.offset).second) << shape->name << "." << field.name;
    }
  }
}

TEST(Shape, ReferencesPointToFactsThatExist) {
  std::set<std::string_view> facts;
  for (const Shape* shape : shapes()) {
    if (shape->is_fact) facts.insert(shape->name);
  }
  for (const Shape* shape : shapes()) {
    for (const Field& field : shape->fields) {
      if (field.kind != Kind::ref) continue;
      std::size_t named = 0;
      for (const std::string_view fact : facts) named += names_shape(field.targets, fact);
      EXPECT_EQ(named, 1 + static_cast<std::size_t>(
                               std::count(field.targets.begin(), field.targets.end(), ',')))
          << shape->name << "." << field.name << ": " << field.targets;
    }
  }
}

TEST(Shape, AShortFormIsAString) {
  for (const Shape* shape : shapes()) {
    if (shape->short_form < 0) continue;
    const Field& field = shape->fields[static_cast<std::size_t>(shape->short_form)];
    EXPECT_FALSE(field.is_list) << shape->name;
    EXPECT_TRUE(field.kind == Kind::text || field.kind == Kind::date ||
                field.kind == Kind::concept_)
        << shape->name;
  }
}

// A value in a key would move the resource to a new id whenever it is corrected.
TEST(Shape, KeysAreWhatAFactIsAndNotWhatItSays) {
  for (const Shape* shape : shapes()) {
    for (const Field& field : shape->fields) {
      if (!field.is_key && !field.is_reference_key) continue;
      EXPECT_TRUE(field.kind != Kind::decimal && field.kind != Kind::flag &&
                  field.kind != Kind::whole)
          << shape->name << "." << field.name;
      for (const char* value : {"value", "result", "percent", "score", "note", "text", "id",
                                "state", "status", "conflicts"}) {
        EXPECT_NE(field.name, value) << shape->name;
      }
      // Keys of keys: a reference in a reference key could go in a circle.
      if (field.is_reference_key && field.kind == Kind::ref) {
        EXPECT_EQ(field.targets, "specimen") << shape->name << "." << field.name;
      }
    }
  }
}

TEST(Shape, WordsOfListsAreInLowerCaseWithHyphens) {
  for (const Shape* shape : shapes()) {
    for (const Field& field : shape->fields) {
      if (field.kind != Kind::choice || field.name == "comparator") continue;
      EXPECT_FALSE(field.choices.empty());
      for (const std::string_view word : field.choices) {
        EXPECT_EQ(word.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), std::string_view::npos)
            << word;
      }
    }
  }
}

// ---- paths of leaves

TEST(LeafIndex, APathNamesListsWithTheirPositions) {
  const Shape& record = case_record_shape();
  const auto named = [](const Shape& shape, std::string_view name) -> const Field& {
    return *std::find_if(shape.fields.begin(), shape.fields.end(),
                         [&](const Field& f) { return f.name == name; });
  };
  const Field& markers = named(record, "markers");
  const Field& percent = named(*markers.shape, "percent");
  const Field& note = named(*markers.shape, "note");
  LeafIndex index;
  index.nodes = {{nullptr, 0, 0}, {&markers, 0, 2}, {&percent, 1, 0}};
  const Leaf value = index.add(&named(*percent.shape, "value"), 2, 0, 10);
  const Leaf remark = index.add(&note, 1, 3, 20);
  const Leaf title = index.add(&named(record, "title"), 0, 0, 30);
  EXPECT_EQ(index.path(value), "markers[2].percent.value");
  EXPECT_EQ(index.field_path(value), "markers.percent.value");
  EXPECT_EQ(index.path(remark), "markers[2].note[3]");
  EXPECT_EQ(index.path(title), "title");
  EXPECT_EQ(index.path_of_node(1), "markers[2]");
  EXPECT_EQ(index.path_of_node(0), "");
}

TEST(LeafIndex, APlaceInARecordIsOneInItsInput) {
  const RecordBytes record{"ab\ncd\n\nef", 10, 5};
  const auto place = [&](std::uint32_t offset) {
    const Place found = place_in(record, offset);
    return std::to_string(found.line) + ":" + std::to_string(found.column);
  };
  EXPECT_EQ(place(0), "10:5");
  EXPECT_EQ(place(1), "10:6");
  EXPECT_EQ(place(3), "11:1");
  EXPECT_EQ(place(6), "12:1");
  EXPECT_EQ(place(8), "13:2");
  EXPECT_EQ(place(9), "13:3") << "the end";
}

}  // namespace
}  // namespace oncobridge
