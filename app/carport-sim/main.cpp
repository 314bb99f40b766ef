#include <cstdio>

int main() {
  std::puts("carport-sim 0.1.0");
  return 0;
}
