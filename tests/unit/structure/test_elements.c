/* SPDX-License-Identifier: MIT */
#include "support/tap.h"

#include "structure/elements.h"

TEST(elements__symbols_and_numbers_round_trip) {
    for (int32_t z = 1; z <= MOFB__MAX_Z; z++) {
        const char *symbol = mofb__element_symbol(z);
        CHECK(symbol && mofb__element_number(symbol, strlen(symbol)) == z);
    }
    CHECK(!mofb__element_symbol(0) && !mofb__element_symbol(-1) && !mofb__element_symbol(119));
}

TEST(elements__case_is_normalised) {
    CHECK(mofb__element_number("ZN", 2) == 30);
    CHECK(mofb__element_number("zn", 2) == 30);
    CHECK(mofb__element_number("CO3", 2) == 27); /* length counts, not a NUL */
    CHECK(mofb__element_number("D", 1) == 1 && mofb__element_number("t", 1) == 1);
    CHECK(mofb__element_number("", 0) == 0 && mofb__element_number("Xx", 2) == 0);
    CHECK(mofb__element_number("Zn1", 3) == 0 && mofb__element_number("5", 1) == 0);
}

TEST(elements__published_values) {
    CHECK_NEAR(mofb__element_mass(1), 1.008, 1e-12);
    CHECK_NEAR(mofb__element_mass(6), 12.011, 1e-12);
    CHECK_NEAR(mofb__element_mass(30), 65.38, 1e-12);
    CHECK_NEAR(mofb__element_mass(40), 91.224, 1e-12);
    CHECK_NEAR(mofb__element_mass(92), 238.02891, 1e-12);
    CHECK(mofb__element_mass(0) == 0);
    CHECK_NEAR(mofb__element_covalent_radius(6), 0.76, 1e-12);
    CHECK_NEAR(mofb__element_covalent_radius(25), 1.61, 1e-12); /* high spin */
    CHECK_NEAR(mofb__element_covalent_radius(26), 1.52, 1e-12);
    CHECK_NEAR(mofb__element_covalent_radius(27), 1.50, 1e-12);
    CHECK_NEAR(mofb__element_covalent_radius(96), 1.69, 1e-12);
    CHECK(mofb__element_covalent_radius(97) == 0);
    CHECK_NEAR(mofb__element_electronegativity(9), 3.98, 1e-12);
    CHECK_NEAR(mofb__element_electronegativity(30), 1.65, 1e-12);
    CHECK(mofb__element_electronegativity(2) == 0);
}

TEST(elements__masses_grow_but_for_the_known_inversions) {
    for (int32_t z = 2; z <= 92; z++) {
        bool inverted = z == 19 || z == 28 || z == 53 || z == 91; /* Ar-K, Co-Ni, Te-I, Th-Pa */
        CHECK((mofb__element_mass(z) < mofb__element_mass(z - 1)) == inverted);
    }
}

TEST(elements__metals) {
    const char *none[] = {"H", "He", "B", "C", "O", "Si", "P", "Ge", "As", "Se", "Te", "I", "Po", "At", "Rn"};
    const char *metals[] = {"Li", "Al", "Sc", "Fe", "Zn", "Ga", "Zr",
                            "Sn", "La", "Gd", "Lu", "Pb", "Bi", "U"};
    for (size_t k = 0; k < sizeof none / sizeof *none; k++)
        CHECK(!mofb__element_is_metal(mofb__element_number(none[k], strlen(none[k]))));
    for (size_t k = 0; k < sizeof metals / sizeof *metals; k++)
        CHECK(mofb__element_is_metal(mofb__element_number(metals[k], strlen(metals[k]))));
    CHECK(!mofb__element_is_metal(0));
}

int main(void) {
    RUN(elements__symbols_and_numbers_round_trip);
    RUN(elements__case_is_normalised);
    RUN(elements__published_values);
    RUN(elements__masses_grow_but_for_the_known_inversions);
    RUN(elements__metals);
    return tap_end();
}
