import sys


def main():
    n = int(sys.argv[1])
    is_prime = [True] * (n + 1)
    count = 0
    for i in range(2, n + 1):
        if is_prime[i]:
            count += 1
            for k in range(i * i, n + 1, i):
                is_prime[k] = False
    print(count)


main()
