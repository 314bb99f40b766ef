#include <cstdio>

int main() {
  std::puts("carport 0.1.0");
  return 0;
}
