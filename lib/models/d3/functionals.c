/* SPDX-License-Identifier: MIT */
/* Becke-Johnson damping parameters as published, one source for each group. */
#include <string.h>

#include "models/d3/d3.h"

static const mofb__d3_functional functionals[] = {
    /* S. Grimme, S. Ehrlich, L. Goerigk, J. Comput. Chem. 32, 1456 (2011); rpbe: with the authors' programme */
    {"pbe", 1, 0.7875, 0.4289, 4.4407},
    {"pbe0", 1, 1.2177, 0.4145, 4.8593},
    {"b3lyp", 1, 1.9889, 0.3981, 4.4211},
    {"bp86", 1, 3.2822, 0.3946, 4.8516},
    {"blyp", 1, 2.6996, 0.4298, 4.2359},
    {"revpbe", 1, 2.3550, 0.5238, 3.5016},
    {"rpbe", 1, 0.8318, 0.1820, 4.0094},
    {"b97d", 1, 2.2609, 0.5545, 3.2297},
    {"rpw86pbe", 1, 1.3845, 0.4613, 4.5062},
    {"tpss", 1, 1.9435, 0.4535, 4.4752},
    {"tpss0", 1, 1.2576, 0.3768, 4.5865},
    {"hf", 1, 0.9171, 0.3385, 2.8830},
    /* L. Goerigk, S. Grimme, Phys. Chem. Chem. Phys. 13, 6670 (2011) */
    {"pbesol", 1, 2.9491, 0.4466, 6.1742},
    {"bpbe", 1, 4.0728, 0.4567, 4.3908},
    {"opbe", 1, 3.3816, 0.5512, 2.9444},
    {"olyp", 1, 2.6205, 0.5299, 2.8065},
    {"bop", 1, 3.2950, 0.4870, 3.5043},
    {"mpwlyp", 1, 2.0077, 0.4831, 4.5323},
    {"otpss", 1, 2.7495, 0.4634, 4.3153},
    {"tpssh", 1, 2.2382, 0.4529, 4.6550},
    {"revpbe0", 1, 1.7588, 0.4679, 3.7619},
    {"revpbe38", 1, 1.4760, 0.4309, 3.9446},
    {"b3pw91", 1, 2.8524, 0.4312, 4.4693},
    {"b1b95", 1, 1.4507, 0.2092, 5.5545},
    {"bhlyp", 1, 1.0354, 0.2793, 4.9615},
    {"bmk", 1, 2.0860, 0.1940, 5.9197},
    {"camb3lyp", 1, 2.0674, 0.3708, 5.4743},
    {"lcwpbe", 1, 1.8541, 0.3919, 5.0897},
    {"mpw1b95", 1, 1.0508, 0.1955, 6.4177},
    {"mpwb1k", 1, 0.9499, 0.1474, 6.6223},
    {"pw6b95", 1, 0.7257, 0.2076, 6.3750},
    {"pwb6k", 1, 0.9383, 0.1805, 7.7627},
    {"b2plyp", 0.64, 0.9147, 0.3065, 5.0570},
    /* J. Moellmann, S. Grimme, J. Phys. Chem. C 118, 7615 (2014) */
    {"hse06", 1, 2.310, 0.383, 5.685},
    /* J. R. Reimers, D. Panduwinata, J. Visser, M. J. Crossley, Proc. Natl. Acad. Sci. 112, E6101 (2015) */
    {"pw91", 1, 1.9598, 0.6319, 4.5718},
    /* J. G. Brandenburg, J. E. Bates, J. Sun, J. P. Perdew, Phys. Rev. B 94, 115144 (2016) */
    {"scan", 1, 0, 0.5380, 5.4200},
    /* L. Goerigk et al., Phys. Chem. Chem. Phys. 19, 32184 (2017) */
    {"mpwpw", 1, 1.7974, 0.3168, 4.7732},
    {"revtpss", 1, 1.4023, 0.4326, 4.4723},
    {"revtpssh", 1, 1.4076, 0.2660, 5.3761},
    {"revtpss0", 1, 1.6151, 0.2218, 5.7985},
    {"hse03", 1, 1.1243, 0, 6.8889},
    {"b3p86", 1, 3.3211, 0.4601, 4.9858},
    {"b1lyp", 1, 2.1167, 0.1986, 5.3875},
    {"x3lyp", 1, 1.5744, 0.2022, 5.4184},
    {"o3lyp", 1, 1.8171, 0.0963, 5.9940},
    {"b971", 1, 0.4814, 0, 6.2279},
    {"b972", 1, 0.9448, 0, 5.9940},
    {"b98", 1, 0.7086, 0, 6.0672},
    {"mpw1pw", 1, 1.8744, 0.3342, 4.9819},
    /* A. Najibi, L. Goerigk, J. Chem. Theory Comput. 14, 5725 (2018) */
    {"wb97x", 1, 0.2641, 0, 5.4959},
    {"wb97m", 1, 0.3908, 0.5660, 3.1280},
    {"b97m", 1, 0.1384, -0.0780, 5.5946},
    /* S. Ehlert et al., J. Chem. Phys. 154, 061101 (2021), table I */
    {"r2scan", 1, 0.7898, 0.4948, 5.7308},
    {"rscan", 1, 1.0886, 0.4702, 5.7341},
    /* M. Bursch, H. Neugebauer, S. Ehlert, S. Grimme, J. Chem. Phys. 156, 134105 (2022) */
    {"r2scanh", 1, 1.1236, 0.4709, 5.9157},
    {"r2scan0", 1, 1.1846, 0.4534, 5.8972},
    {"r2scan50", 1, 1.3294, 0.4311, 5.9240},
};

const mofb__d3_functional *mofb__d3_functionals(size_t *count) {
    *count = sizeof functionals / sizeof *functionals;
    return functionals;
}

const mofb__d3_functional *mofb__d3_find_functional(const char *name) {
    for (size_t k = 0; k < sizeof functionals / sizeof *functionals; k++)
        if (!strcmp(functionals[k].name, name)) return &functionals[k];
    return NULL;
}
