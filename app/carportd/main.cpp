#include <cstdio>

int main() {
  std::puts("carportd 0.1.0");
  return 0;
}
