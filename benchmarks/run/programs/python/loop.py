import sys


def main():
    total = 0
    for i in range(int(sys.argv[1])):
        total += i
    print(total)


main()
