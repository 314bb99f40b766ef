#include "app/carportd/program.h"

#include <iostream>

int main(int argc, char** argv) {
  carport::Program program{std::cin, std::cout, std::cerr, {}, {}, {}};
  return carport::runCarportd(argc, argv, program);
}
