// Shapes of the values that every fact may hold: quantity, when, site, source place, conflict.
#pragma once

#include "record/shape_builder.h"

namespace oncobridge::shapes {

constexpr Field kQuantityFields[] = {
    FIELD(Quantity, value, "number; its text is kept, 1.50 stays 1.50"),
    FIELD(Quantity, low, "lower end of a range"),
    FIELD(Quantity, high, "upper end of a range"),
    FIELD(Quantity, comparator, "how `value` is to be read: <, <=, >=, >"),
    FIELD(Quantity, unit, "UCUM unit, e.g. %, mm, ng/mL, mg/m2", .terms = TermField::unit),
    FIELD(Quantity, approximate, "true if the source says about, approximately, ~"),
    FIELD(Quantity, text, "source wording"),
};
SHAPE(Quantity, "quantity", false, -1, "a number with its unit, or a range")

constexpr Field kWhenFields[] = {
    FIELD(When, date, "YYYY, YYYY-MM or YYYY-MM-DD"),
    FIELD(When, start, "start of a period"),
    FIELD(When, end, "end of a period"),
    FIELD(When, age, "the patient's age at the time"),
    FIELD(When, text, "a time in words, e.g. 10 months after metastasis; never turned into a date"),
};
SHAPE(When, "when", false, 0, "a time: a date, a period, an age or words; a plain string is a date")

constexpr Field kSiteFields[] = {
    FIELD(Site, site, "body site", .terms = TermField::site),
    FIELD(Site, laterality, "right, left, bilateral, midline", .terms = TermField::laterality),
    FIELD(Site, qualifiers, "finer location, e.g. upper, posterior, level I", .one_or_many = true,
          .terms = TermField::location_qualifier),
    FIELD(Site, text, "source wording, e.g. 2 o'clock position"),
};
SHAPE(Site, "site", false, 0, "a body site with its side; a plain string is the site")

constexpr Field kSourcePlaceFields[] = {
    FIELD(SourcePlace, document, "`id` of a source; default: the first source",
          .targets = "source"),
    FIELD(SourcePlace, place, "section, table row, figure or page"),
};
SHAPE(SourcePlace, "source_place", false, 1,
      "a place in a source; a plain string is a place in the first source")

constexpr Field kConflictFields[] = {
    FIELD(Conflict, text, "the contradicting statement", .required = true),
    FIELD(Conflict, source, "where it stands", .one_or_many = true),
};
SHAPE(Conflict, "conflict", false, 0, "a contradicting statement")

}  // namespace oncobridge::shapes
